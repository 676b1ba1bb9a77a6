import { box, fullBox } from "../box.js";
import { ascii, concat, i16, u16, u24, u32, u8, zeros } from "../bytes.js";

/**
 * Sample Table Box of a fragmented file: the tables are empty except the sample description.
 * Order as in genuine Microsoft files. ISO/IEC 14496-12 8.5.1
 */
export function stbl(sampleEntry: Uint8Array): Uint8Array {
  return box(
    "stbl",
    fullBox("stts", 0, 0, u32(0)),
    fullBox("ctts", 0, 0, u32(0)),
    fullBox("stsc", 0, 0, u32(0)),
    fullBox("stco", 0, 0, u32(0)),
    fullBox("stsz", 0, 0, u32(0, 0)),
    fullBox("stsd", 0, 0, u32(1), sampleEntry),
  );
}

/** AVC Sample Entry: parameter sets in the avcC, none in the samples. ISO/IEC 14496-15 5.4.2 */
export function avc1(
  width: number,
  height: number,
  avcDecoderConfiguration: Uint8Array,
): Uint8Array {
  const avcC = box("avcC", avcDecoderConfiguration);
  return visual("avc1", width, height, avcC);
}

/** HEVC Sample Entry; in hev1 samples may have parameter sets too. ISO/IEC 14496-15 8.4.1 */
export function hevc1(
  type: "hvc1" | "hev1",
  width: number,
  height: number,
  hevcDecoderConfiguration: Uint8Array,
): Uint8Array {
  const hvcC = box("hvcC", hevcDecoderConfiguration);
  return visual(type, width, height, hvcC);
}

/** Visual Sample Entry. ISO/IEC 14496-12 12.1.3 */
function visual(
  type: string,
  width: number,
  height: number,
  configuration: Uint8Array,
): Uint8Array {
  return box(
    type,
    zeros(6),
    u16(1), // data_reference_index
    zeros(16),
    u16(width, height),
    u32(0x00480000, 0x00480000, 0), // 72 dpi, reserved
    u16(1), // frame_count
    zeros(32), // compressorname
    u16(24), // depth
    i16(-1),
    configuration,
  );
}

export interface Mp4aFields {
  readonly channels: number;
  readonly sampleRate: number;
  /** Bits per second. */
  readonly averageBitrate: number;
  readonly audioSpecificConfig: Uint8Array;
}

/** MP4 Audio Sample Entry. ISO/IEC 14496-14 5.6, 14496-12 12.2.3 */
export function mp4a(fields: Mp4aFields): Uint8Array {
  return box(
    "mp4a",
    zeros(6),
    u16(1), // data_reference_index
    zeros(8),
    u16(fields.channels, 16, 0, 0), // channels, bits a sample, reserved
    // 16.16 fixed point: a rate of 65536 or more does not fit and becomes 0 (the config has it).
    u32(fields.sampleRate < 0x10000 ? fields.sampleRate * 0x10000 : 0),
    esds(fields),
  );
}

/** AC3SampleEntry and EC3SampleEntry, with the box that describes the sound. ETSI TS 102 366 F.3, F.5 */
export function dolbyAudio(
  type: "ac-3" | "ec-3",
  specific: "dac3" | "dec3",
  fields: DolbyAudioFields,
): Uint8Array {
  return box(
    type,
    zeros(6),
    u16(1), // data_reference_index
    zeros(8),
    u16(fields.channels, 16, 0, 0), // channels, bits a sample, reserved
    u32(fields.sampleRate * 0x10000),
    box(specific, fields.config),
  );
}

export interface DolbyAudioFields {
  readonly channels: number;
  readonly sampleRate: number;
  /** Payload of the dac3 or dec3. */
  readonly config: Uint8Array;
}

/** The sample entry of TTML whose times count from the fragment: only its type. docs/format.md, "Captions" */
export function dfxp(): Uint8Array {
  return box("dfxp", zeros(6), u16(1)); // data_reference_index
}

/** The sample entry of TTML whose times count from the begin of the track. ISO/IEC 14496-12 12.6.3.2, 14496-30 5.2 */
export function stpp(): Uint8Array {
  const texts = ["http://www.w3.org/ns/ttml", "", ""]; // namespace, schema, further types
  return box(
    "stpp",
    zeros(6),
    u16(1),
    ascii(texts.map((one) => `${one}\0`).join("")),
  );
}

/** Elementary Stream Descriptor Box for AAC. ISO/IEC 14496-14 5.6.1, 14496-1 7.2.6 */
function esds({ averageBitrate, audioSpecificConfig }: Mp4aFields): Uint8Array {
  const decoderSpecificInfo = descriptor(0x05, audioSpecificConfig);
  const decoderConfig = descriptor(
    0x04,
    u8(0x40, 0x15), // objectTypeIndication MPEG-4 audio; streamType audio, upStream 0, reserved 1
    u24(0), // bufferSizeDB
    u32(averageBitrate, averageBitrate),
    decoderSpecificInfo,
  );
  const slConfig = descriptor(0x06, u8(2)); // predefined: MP4
  return fullBox(
    "esds",
    0,
    0,
    descriptor(0x03, u16(0), u8(0), decoderConfig, slConfig),
  );
}

/** A descriptor with its length in the long, four-byte form that Microsoft writes. ISO/IEC 14496-1 8.3.3 */
function descriptor(tag: number, ...payload: Uint8Array[]): Uint8Array {
  const body = concat(payload);
  return concat([
    u8(tag, 0x80, 0x80, 0x80 | (body.length >> 7), body.length & 0x7f),
    body,
  ]);
}
