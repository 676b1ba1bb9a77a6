import { childBox, type ParsedBox } from "./parsed-box.js";

/** An MPEG-4 descriptor as mp4box gives it. ISO/IEC 14496-1 7.2.6 */
interface Descriptor {
  readonly tag: number;
  readonly data?: Uint8Array;
  readonly descs?: readonly Descriptor[];
}

const DECODER_CONFIG = 0x04;
const DECODER_SPECIFIC_INFO = 0x05;

/** The AudioSpecificConfig in an mp4a sample entry; QuickTime files keep the esds inside `wave`. */
export function audioSpecificConfigOf(
  entry: ParsedBox,
): Uint8Array | undefined {
  const wave = childBox(entry, "wave");
  const esds = childBox(entry, "esds") ?? (wave && childBox(wave, "esds"));
  const root = esds?.field("esd") as Descriptor | undefined;
  const decoderConfig = findDescriptor(root, DECODER_CONFIG);
  return findDescriptor(decoderConfig, DECODER_SPECIFIC_INFO)?.data;
}

function findDescriptor(
  parent: Descriptor | undefined,
  tag: number,
): Descriptor | undefined {
  return parent?.descs?.find((child) => child.tag === tag);
}
