import type { Ticks } from "../../media/time.js";
import { box, fullBox } from "../box.js";
import { ascii, concat, u16, u32, u64, zeros, u8 } from "../bytes.js";

/** File Type Box: the specifications that the file follows. ISO/IEC 14496-12 4.3 */
export function ftyp(
  major: string,
  minorVersion: number,
  compatible: readonly string[],
): Uint8Array {
  return box("ftyp", ascii(major), u32(minorVersion), ...compatible.map(ascii));
}

/** Movie Box: everything but media. ISO/IEC 14496-12 8.2.1 */
export function moov(...children: Uint8Array[]): Uint8Array {
  return box("moov", ...children);
}

/** Movie Header Box, version 1. Both dates are 0, so equal input gives equal bytes. ISO/IEC 14496-12 8.2.2 */
export function mvhd(
  timescale: number,
  duration: Ticks,
  nextTrackId: number,
): Uint8Array {
  return fullBox(
    "mvhd",
    1,
    0,
    u64(0, 0),
    u32(timescale),
    u64(duration),
    u32(0x00010000), // rate 1.0
    u16(0x0100, 0), // volume 1.0, reserved
    zeros(8),
    UNITY_MATRIX,
    zeros(24), // pre_defined
    u32(nextTrackId),
  );
}

/** Movie Extends Box: fragments follow. ISO/IEC 14496-12 8.8.1 */
export function mvex(...children: Uint8Array[]): Uint8Array {
  return box("mvex", ...children);
}

/** Movie Extends Header Box, version 1: the duration including all fragments. ISO/IEC 14496-12 8.8.2 */
export function mehd(duration: Ticks): Uint8Array {
  return fullBox("mehd", 1, 0, u64(duration));
}

/** Track Extends Box without defaults: every fragment has its own values. ISO/IEC 14496-12 8.8.3 */
export function trex(trackId: number): Uint8Array {
  return fullBox("trex", 0, 0, u32(trackId, 1, 0, 0, 0));
}

/** The 3x3 matrix that changes nothing. ISO/IEC 14496-12 8.2.2.2 */
export const UNITY_MATRIX = concat([
  u32(0x00010000, 0, 0),
  u32(0, 0x00010000, 0),
  u32(0, 0, 0x40000000),
]);

/** Track Box. ISO/IEC 14496-12 8.3.1 */
export function trak(...children: Uint8Array[]): Uint8Array {
  return box("trak", ...children);
}

interface TkhdFields {
  readonly trackId: number;
  readonly duration: Ticks;
  /** Display size in pixels; 0 for audio. */
  readonly width: number;
  readonly height: number;
  readonly audible: boolean;
  /** Tracks of one group are alternatives. Default 0: it has none. */
  readonly group?: number;
  /** Default true. */
  readonly isEnabled?: boolean;
}

/** Track Header Box, version 1; flags: enabled, in movie, in preview. ISO/IEC 14496-12 8.3.2 */
export function tkhd(fields: TkhdFields): Uint8Array {
  return fullBox(
    "tkhd",
    1,
    fields.isEnabled === false ? 0x000006 : 0x000007,
    u64(0, 0),
    u32(fields.trackId, 0),
    u64(fields.duration),
    zeros(8),
    u16(0, fields.group ?? 0, fields.audible ? 0x0100 : 0, 0), // layer, group, volume, reserved
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
  handlerType: "vide" | "soun" | "text" | "subt",
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

/** Subtitle Media Header Box, for `stpp`. ISO/IEC 14496-12 12.6.2 */
export function sthd(): Uint8Array {
  return fullBox("sthd", 0, 0);
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
