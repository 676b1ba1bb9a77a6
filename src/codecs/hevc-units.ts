import { viewOf } from "../isobmff/bytes.js";
import { bitReader } from "./avc-sps.js";
import { nalUnits } from "./avc-units.js";

/** Types of NAL units. ISO/IEC 23008-2 table 7-1 */
export const NAL = {
  /** Up to this type they are slices. */
  lastSlice: 31,
  /** The first and last type of pictures at which decoding can begin (IRAP). */
  firstIrap: 16,
  lastIrap: 23,
  vps: 32,
  sps: 33,
  pps: 34,
  /** Messages before a picture. */
  sei: 39,
} as const;

/** The parts of an HEVCDecoderConfigurationRecord that decoders need. */
export interface HevcConfig {
  readonly nalLengthSize: number;
  readonly vps: readonly Uint8Array[];
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

/** @throws RangeError when it is cut off. ISO/IEC 14496-15 8.3.3.1 */
export function parseHevcConfig(config: Uint8Array): HevcConfig {
  const view = viewOf(config);
  const nalLengthSize = (view.getUint8(21) & 0x03) + 1;
  const units: Uint8Array[] = [];
  let at = 23;
  for (let arrays = view.getUint8(22); arrays > 0; arrays--) {
    let count = view.getUint16(at + 1);
    for (at += 3; count > 0; count--) {
      const length = view.getUint16(at);
      at += 2 + length;
      if (at > config.length) throw new RangeError("parameter set is cut off");
      units.push(config.subarray(at - length, at));
    }
  }
  const of = (type: number) =>
    units.filter((unit) => hevcUnitType(unit) === type);
  const [vps, sps, pps] = [of(NAL.vps), of(NAL.sps), of(NAL.pps)];
  return { nalLengthSize, vps, sps, pps };
}

/** nal_unit_type. ISO/IEC 23008-2 7.3.1.2 */
export function hevcUnitType([header = 0]: Uint8Array): number {
  return (header >> 1) & 0x3f;
}

/** The type of the first coded picture in a sample; undefined when it lies beyond these bytes. */
export function hevcPictureType(sample: Uint8Array): number | undefined {
  for (const unit of nalUnits(sample)) {
    const type = hevcUnitType(unit);
    if (type <= NAL.lastSlice) return type;
  }
  return undefined;
}

/** The first parameter set in a sample that is missing from its sample entry, in words. */
export function foreignHevcParameterSet(
  sample: Uint8Array,
  { vps, sps, pps }: HevcConfig,
): string | undefined {
  for (const unit of nalUnits(sample)) {
    const name = PARAMETER_SETS[hevcUnitType(unit)];
    const known = [...vps, ...sps, ...pps];
    if (name === undefined || known.some((set) => isSame(set, unit))) continue;
    return `a ${name} of ${unit.length} bytes that its sample entry does not have`;
  }
  return undefined;
}

const PARAMETER_SETS: Readonly<Record<number, string>> = {
  [NAL.vps]: "VPS",
  [NAL.sps]: "SPS",
  [NAL.pps]: "PPS",
};

function isSame(set: Uint8Array, unit: Uint8Array): boolean {
  return Buffer.compare(set, unit) === 0;
}

/**
 * Size of the visible picture, by its sequence parameter set. ISO/IEC 23008-2 7.3.2.2.1
 *
 * @throws RangeError when the set is cut off
 */
export function pictureSize(sps: Uint8Array): {
  width: number;
  height: number;
} {
  const read = bitReader(sps.subarray(1)); // the header has two bytes
  read.bits(4); // sps_video_parameter_set_id
  const layers = read.bits(3); // sps_max_sub_layers_minus1
  read.flag(); // sps_temporal_id_nesting_flag
  for (const bits of [32, 32, 32]) read.bits(bits); // general profile, tier, level
  skipLayers(read, layers);
  read.unsigned(); // sps_seq_parameter_set_id
  const chroma = read.unsigned();
  if (chroma === 3) read.flag(); // separate_colour_plane_flag
  const [width, height] = [read.unsigned(), read.unsigned()];
  const hasWindow = read.flag();
  const [left, right, top, bottom] = hasWindow
    ? [read.unsigned(), read.unsigned(), read.unsigned(), read.unsigned()]
    : [0, 0, 0, 0];
  const across = chroma === 1 || chroma === 2 ? 2 : 1;
  const down = chroma === 1 ? 2 : 1;
  return {
    width: width - across * (left + right),
    height: height - down * (top + bottom),
  };
}

/** Profiles and levels of parts with fewer pictures a second. 7.3.3 */
function skipLayers(read: ReturnType<typeof bitReader>, layers: number): void {
  const told = Array.from({ length: layers }, () => [read.flag(), read.flag()]);
  if (layers > 0) read.bits(2 * (8 - layers));
  for (const [hasProfile, hasLevel] of told) {
    if (hasProfile) for (const bits of [32, 32, 24]) read.bits(bits);
    if (hasLevel) read.bits(8);
  }
}
