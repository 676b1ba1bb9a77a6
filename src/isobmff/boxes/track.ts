import { box, fullBox } from "../box.js";
import { ascii, u16, u32, u64, u8, zeros } from "../bytes.js";
import type { Ticks } from "../../media/time.js";
import { UNITY_MATRIX } from "./movie.js";

/** Track Box. ISO/IEC 14496-12 8.3.1 */
export function trak(...children: Uint8Array[]): Uint8Array {
  return box("trak", ...children);
}

export interface TkhdFields {
  readonly trackId: number;
  readonly duration: Ticks;
  /** Display size in pixels; 0 for audio. */
  readonly width: number;
  readonly height: number;
  readonly audible: boolean;
}

/** Track Header Box, version 1; flags: enabled, in movie, in preview. ISO/IEC 14496-12 8.3.2 */
export function tkhd(fields: TkhdFields): Uint8Array {
  return fullBox(
    "tkhd",
    1,
    0x000007,
    u64(0, 0),
    u32(fields.trackId, 0),
    u64(fields.duration),
    zeros(8),
    u16(0, 0, fields.audible ? 0x0100 : 0, 0), // layer, group, volume, reserved
    UNITY_MATRIX,
    u32(fields.width * 0x10000, fields.height * 0x10000),
  );
}

/** Media Box. ISO/IEC 14496-12 8.4.1 */
export function mdia(...children: Uint8Array[]): Uint8Array {
  return box("mdia", ...children);
}

/**
 * Media Header Box, version 1. ISO/IEC 14496-12 8.4.2
 * @param language ISO 639-2/T, three letters a to z
 */
export function mdhd(
  timescale: number,
  duration: Ticks,
  language: string,
): Uint8Array {
  return fullBox(
    "mdhd",
    1,
    0,
    u64(0, 0),
    u32(timescale),
    u64(duration),
    u16(packLanguage(language), 0),
  );
}

/** Handler Reference Box; the name ends with a zero byte. ISO/IEC 14496-12 8.4.3 */
export function hdlr(
  handlerType: "vide" | "soun" | "text",
  name: string,
): Uint8Array {
  return fullBox(
    "hdlr",
    0,
    0,
    u32(0),
    ascii(handlerType),
    zeros(12),
    ascii(name),
    u8(0),
  );
}

/** Media Information Box. ISO/IEC 14496-12 8.4.4 */
export function minf(...children: Uint8Array[]): Uint8Array {
  return box("minf", ...children);
}

/** Video Media Header Box: copy mode, no colour. ISO/IEC 14496-12 12.1.2 */
export function vmhd(): Uint8Array {
  return fullBox("vmhd", 0, 1, zeros(8));
}

/** Sound Media Header Box: balance in the middle. ISO/IEC 14496-12 12.2.2 */
export function smhd(): Uint8Array {
  return fullBox("smhd", 0, 0, zeros(4));
}

/** Null Media Header Box: text has no header fields. ISO/IEC 14496-12 12.4.2 */
export function nmhd(): Uint8Array {
  return fullBox("nmhd", 0, 0);
}

/** Data Information Box with one reference: the media is in this file. ISO/IEC 14496-12 8.7.1, 8.7.2 */
export function dinf(): Uint8Array {
  return box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1)));
}

/** Three letters in 15 bits, each as its distance from 0x60. ISO/IEC 14496-12 8.4.2.3 */
function packLanguage(language: string): number {
  const [a = 0, b = 0, c = 0] = ascii(language).map((letter) => letter - 0x60);
  return (a << 10) | (b << 5) | c;
}
