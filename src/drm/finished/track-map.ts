import type { MediaSource } from "../../isobmff/fragment-folder.js";
import { walkBoxes } from "../../isobmff/box-tree.js";
import { viewOf } from "../../isobmff/bytes.js";
import { readAt } from "../../isobmff/scan.js";
import { childOf } from "./header-boxes.js";
import type { FileMap } from "./map-file.js";
import { inFragment } from "./rewrite-file.js";

/**
 * The fragments of one track of a file with several, in the order of the file: they may lie
 * between those of other tracks, or after them. The file's index is left out.
 *
 * @throws Error in one line for a damaged moof
 */
export async function mapOfTrack(
  file: MediaSource,
  { headerSize, parts }: FileMap,
  trackId: number,
): Promise<FileMap> {
  const own: FileMap["parts"][number][] = [];
  for (const part of parts) {
    const { start, moofSize } = part;
    if (moofSize === undefined) continue;
    const moof = await readAt(file, start, moofSize);
    if (inFragment(start, () => trackOf(moof)) === trackId) own.push(part);
  }
  return { headerSize, parts: own };
}

/** Behind version and flags. ISO/IEC 14496-12 8.8.7 */
const ID_AT = 4;

function trackOf(bytes: Uint8Array): number | undefined {
  const [moof] = walkBoxes(bytes);
  const tfhd = childOf(childOf(moof, "traf"), "tfhd");
  if (tfhd === undefined || tfhd.size < tfhd.headerSize + ID_AT + 4)
    return undefined;
  return viewOf(bytes).getUint32(tfhd.start + tfhd.headerSize + ID_AT);
}
