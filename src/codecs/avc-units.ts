import { viewOf } from "../isobmff/bytes.js";
import { parseSps, type SequenceParameters } from "./avc-sps.js";
import type { CodedPicture } from "./codec.js";

export interface AvcConfig {
  readonly nalLengthSize: number;
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

/** The parameter sets of an AVCDecoderConfigurationRecord. ISO/IEC 14496-15 5.3.3.1 */
export function parseAvcConfig(config: Uint8Array): AvcConfig {
  const view = viewOf(config);
  let at = 5;
  const readSets = (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => {
      const length = view.getUint16(at);
      at += 2 + length;
      if (at > config.length) throw new RangeError("parameter set is cut off");
      return config.subarray(at - length, at);
    });
  const nalLengthSize = (view.getUint8(4) & 0x03) + 1;
  const sps = readSets(view.getUint8(at++) & 0x1f);
  const pps = readSets(view.getUint8(at++));
  return { nalLengthSize, sps, pps };
}

/** Coded pictures are 1 to 5, the last of them IDR. ISO/IEC 14496-10 table 7-1 */
export const NAL_IDR = 5;

/** Is a unit with this first byte a slice, or a partition of a slice? */
export function isSlice(header: number): boolean {
  const type = header & 0x1f;
  return type >= 1 && type <= NAL_IDR;
}

/** The type of the first coded picture (1 to 5) in a sample; undefined when it lies beyond these bytes. */
export function avcPictureType(sample: Uint8Array): number | undefined {
  // Without views and parts: a film has hundreds of thousands of samples.
  for (let at = 0; at + 5 <= sample.length; at += 4 + lengthAt(sample, at)) {
    const header = sample[at + 4] ?? 0;
    if (isSlice(header)) return header & 0x1f;
  }
  return undefined;
}

function lengthAt(sample: Uint8Array, at: number): number {
  let length = 0;
  for (let i = at; i < at + 4; i++) length = length * 256 + (sample[i] ?? 0);
  return length;
}

/** Parameter sets by NAL unit type. ISO/IEC 14496-10 table 7-1 */
const PARAMETER_SETS: Readonly<Record<number, string>> = { 7: "SPS", 8: "PPS" };

/** The first parameter set in a sample that is missing from its sample entry, in words. */
export function foreignAvcParameterSet(
  sample: Uint8Array,
  { sps, pps }: AvcConfig,
): string | undefined {
  const parameterSets = [...sps, ...pps];
  for (const unit of nalUnits(sample)) {
    const name = PARAMETER_SETS[avcUnitType(unit)];
    if (name === undefined || parameterSets.some((set) => isSame(set, unit)))
      continue;
    return `a ${name} of ${unit.length} bytes that its sample entry does not have`;
  }
  return undefined;
}

/**
 * The NAL units of a sample, each after its length in four bytes. The last may be cut off with
 * the bytes. ISO/IEC 14496-15 5.2.3
 */
export function* nalUnits(sample: Uint8Array): Generator<Uint8Array> {
  const view = viewOf(sample);
  for (let at = 0; at + 5 <= sample.length; at += 4 + view.getUint32(at))
    yield sample.subarray(at + 4, at + 4 + view.getUint32(at));
}

/** nal_unit_type. ISO/IEC 14496-10 7.3.1 */
export function avcUnitType(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

/** Zeros after a unit are no part of it (trailing_zero_8bits). */
function isSame(set: Uint8Array, unit: Uint8Array): boolean {
  return Buffer.compare(trimmed(set), trimmed(unit)) === 0;
}

function trimmed(unit: Uint8Array): Uint8Array {
  let length = unit.length;
  while (length > 0 && unit[length - 1] === 0) length--;
  return unit.subarray(0, length);
}

/** The picture's properties, from the parameter sets of a track. */
export function codedPicture(config: Uint8Array): CodedPicture {
  const [unit] = parseAvcConfig(config).sps;
  try {
    if (unit === undefined) throw new RangeError("is missing");
    return describe(parseSps(unit));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = `its sequence parameter set ${error.message}`;
    return { width: 0, height: 0, profile: "high", level: "", reason };
  }
}

function describe(sps: SequenceParameters): CodedPicture {
  const { width, height, level, profile } = sps;
  const reason = ERRORS.find(({ is }) => is(sps))?.words(sps);
  return {
    ...{ width, height, pixelAspect: sps.display.pixelAspect },
    profile: PROFILES[profile] ?? "high",
    level: (level / 10).toFixed(1),
    ...(reason !== undefined && { reason }),
  };
}

/** profile_idc, by the names of the ladder. ISO/IEC 14496-10 A.2 */
const PROFILES: Readonly<Record<number, CodedPicture["profile"]>> = {
  66: "baseline",
  77: "main",
  100: "high",
};

const ERRORS: readonly {
  readonly is: (sps: SequenceParameters) => boolean;
  readonly words: (sps: SequenceParameters) => string;
}[] = [
  {
    is: ({ profile }) => PROFILES[profile] === undefined,
    words: ({ profile }) =>
      `H.264 profile ${profile}. Expected Baseline (66), Main (77) or High (100)`,
  },
  {
    is: ({ chromaFormat, bitDepth }) => chromaFormat !== 1 || bitDepth !== 8,
    words: ({ chromaFormat, bitDepth }) =>
      `${bitDepth} bits in chroma format ${chromaFormat}. Expected 8 bits in 4:2:0 (1)`,
  },
  {
    is: ({ isFrames }) => !isFrames,
    words: () => "its pictures may be fields. Expected frames alone",
  },
  {
    is: ({ display: { pixelAspect = 1 } }) => pixelAspect !== 1,
    words: () => "its stream says that its pixels are not square",
  },
  {
    is: ({ display }) => display.fullRange,
    words: () => "its stream says that it is full-range. Expected video range",
  },
  {
    is: ({ display }) => ![1, 2].includes(display.matrix),
    words: ({ display }) =>
      `its stream says that its colours are those of matrix ${display.matrix}. Expected BT.709 (1)`,
  },
];
