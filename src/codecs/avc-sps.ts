/** The fields of a sequence parameter set that describe its pictures. ISO/IEC 14496-10 7.3.2.1.1 */
export interface SequenceParameters {
  /** profile_idc and level_idc */
  readonly profile: number;
  readonly level: number;
  /** chroma_format_idc: 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  /** Every picture is a whole frame; no fields. */
  readonly isFrames: boolean;
  /** Size of the visible picture. */
  readonly width: number;
  readonly height: number;
  readonly display: Display;
}

/** How to show the pictures, as far as the stream says. ISO/IEC 14496-10 E.1.1 */
export interface Display {
  /** Width of a pixel divided by its height; undefined when the stream does not give it. */
  readonly pixelAspect: number | undefined;
  readonly fullRange: boolean;
  /** matrix_coefficients: 1 is BT.709, 2 is unspecified. */
  readonly matrix: number;
}

/** @throws RangeError when the set is cut off or makes no sense */
export function parseSps(unit: Uint8Array): SequenceParameters {
  const read = bitReader(unit);
  const profile = read.bits(8);
  read.bits(8); // constraint flags
  const level = read.bits(8);
  read.unsigned(); // seq_parameter_set_id
  const samples = HIGH_PROFILES.includes(profile)
    ? sampleFormat(read)
    : { chromaFormat: 1, bitDepth: 8 };
  skipReferences(read);
  const widthUnits = read.unsigned() + 1;
  const heightUnits = read.unsigned() + 1;
  const isFrames = read.flag();
  if (!isFrames) read.flag(); // mb_adaptive_frame_field_flag
  read.flag(); // direct_8x8_inference_flag
  const [left, right, top, bottom] = cropping(read);
  const crop = cropUnit(samples.chromaFormat, isFrames);
  return {
    ...{ profile, level, ...samples, isFrames },
    width: widthUnits * 16 - (left + right) * crop.width,
    height: heightUnits * (isFrames ? 16 : 32) - (top + bottom) * crop.height,
    display: read.flag() ? displayOf(read) : UNTOLD,
  };
}

/** Profiles with a sample format field. */
const HIGH_PROFILES = [
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
];

const UNTOLD: Display = {
  pixelAspect: undefined,
  fullRange: false,
  matrix: 2,
};

function sampleFormat(read: BitReader) {
  const chromaFormat = read.unsigned();
  if (chromaFormat === 3) read.flag(); // separate_colour_plane_flag
  const bitDepth = 8 + Math.max(read.unsigned(), read.unsigned());
  read.flag(); // qpprime_y_zero_transform_bypass_flag
  if (read.flag()) skipScalingLists(read, chromaFormat === 3 ? 12 : 8);
  return { chromaFormat, bitDepth };
}

/** 7.3.2.1.1.1 */
function skipScalingLists(read: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (!read.flag()) continue;
    let [last, next] = [8, 8];
    for (let i = 0; i < (list < 6 ? 16 : 64); i++) {
      if (next !== 0) next = (last + read.signed() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

/** Reads frame numbers, picture order and the number of reference frames. */
function skipReferences(read: BitReader): void {
  read.unsigned(); // log2_max_frame_num_minus4
  const orderType = read.unsigned();
  if (orderType === 0) read.unsigned();
  if (orderType === 1) {
    read.flag();
    read.signed();
    read.signed();
    for (let cycle = read.unsigned(); cycle > 0; cycle--) read.signed();
  }
  read.unsigned(); // max_num_ref_frames
  read.flag(); // gaps_in_frame_num_value_allowed_flag
}

function cropping(read: BitReader): [number, number, number, number] {
  if (!read.flag()) return [0, 0, 0, 0];
  return [read.unsigned(), read.unsigned(), read.unsigned(), read.unsigned()];
}

/** 7.4.2.1.1, table 6-1 */
function cropUnit(chromaFormat: number, isFrames: boolean) {
  const lines = isFrames ? 1 : 2;
  return {
    width: chromaFormat === 1 || chromaFormat === 2 ? 2 : 1,
    height: chromaFormat === 1 ? 2 * lines : lines,
  };
}

function displayOf(read: BitReader): Display {
  const pixelAspect = read.flag() ? readAspect(read) : undefined;
  if (read.flag()) read.flag(); // overscan
  if (!read.flag()) return { ...UNTOLD, pixelAspect };
  read.bits(3); // video_format
  const fullRange = read.flag();
  if (!read.flag()) return { ...UNTOLD, pixelAspect, fullRange };
  read.bits(16); // colour_primaries, transfer_characteristics
  return { pixelAspect, fullRange, matrix: read.bits(8) };
}

/** Table E-1: 0 is unspecified; 255 is followed by two numbers, and neither may be 0. */
function readAspect(read: BitReader): number | undefined {
  const kind = read.bits(8);
  if (kind !== 255) return ASPECTS[kind];
  const [width, height] = [read.bits(16), read.bits(16)];
  return width > 0 && height > 0 ? width / height : undefined;
}

// prettier-ignore
const ASPECTS: readonly (number | undefined)[] = [
  undefined, 1, 12 / 11, 10 / 11, 16 / 11, 40 / 33, 24 / 11, 20 / 11, 32 / 11,
  80 / 33, 18 / 11, 15 / 11, 64 / 33, 160 / 99, 4 / 3, 3 / 2, 2,
];

/** Reads a parameter set bit by bit. ISO/IEC 14496-10 7.2, 9.1 */
export interface BitReader {
  /** u(n), up to 32 bits. */
  bits(count: number): number;
  flag(): boolean;
  /** ue(v) */
  unsigned(): number;
  /** se(v) */
  signed(): number;
}

/**
 * @param unit a NAL unit with its header, as it lies in the file
 * @returns a reader that starts after the header; it throws a RangeError at the end
 */
export function bitReader(unit: Uint8Array): BitReader {
  const bytes = withoutEmulation(unit.subarray(1));
  let at = 0;
  const bit = () => {
    const byte = bytes[at >> 3];
    if (byte === undefined) throw new RangeError("is cut off");
    return (byte >> (7 - (at++ & 7))) & 1;
  };
  const bits = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + bit();
    return value;
  };
  const unsigned = () => {
    let zeros = 0;
    while (bit() === 0)
      if (++zeros > 32) throw new RangeError("has a number without end");
    return 2 ** zeros - 1 + bits(zeros);
  };
  return {
    bits,
    unsigned,
    flag: () => bit() === 1,
    signed: () => {
      const code = unsigned();
      return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
    },
  };
}

/** Removes the 3 of each 00 00 03: it is no part of the content. 7.3.1 */
function withoutEmulation(bytes: Uint8Array): Uint8Array {
  let zeros = 0;
  return bytes.filter((byte) => {
    const isEmulation = zeros >= 2 && byte === 3;
    zeros = byte === 0 ? zeros + 1 : 0;
    return !isEmulation;
  });
}
