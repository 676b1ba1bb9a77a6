import { viewOf } from "../isobmff/bytes.js";

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
export function firstPictureType(sample: Uint8Array): number | undefined {
  for (const unit of nalUnits(sample)) {
    if (isSlice(unit[0] ?? 0)) return typeOf(unit);
  }
  return undefined;
}

/** Parameter sets by NAL unit type. ISO/IEC 14496-10 table 7-1 */
const PARAMETER_SETS: Readonly<Record<number, string>> = { 7: "SPS", 8: "PPS" };

/** The first parameter set in a sample that is missing from its sample entry, in words. */
export function foreignParameterSet(
  sample: Uint8Array,
  { sps, pps }: AvcConfig,
): string | undefined {
  const parameterSets = [...sps, ...pps];
  for (const unit of nalUnits(sample)) {
    const name = PARAMETER_SETS[typeOf(unit)];
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
export function typeOf(unit: Uint8Array): number {
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
