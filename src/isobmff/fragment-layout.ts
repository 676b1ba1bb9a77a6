import type { FileHandle } from "node:fs/promises";
import { walkBoxes, type BoxNode } from "./box-tree.js";
import { viewOf } from "./bytes.js";
import { TFXD_UUID } from "./boxes/fragment.js";
import { firstCompositionOffset } from "./put-tfdt.js";
import { MAX_MOOF_SIZE } from "./movie.js";
import { readAt } from "./scan.js";

/** How a maker writes fragments, by the moof of one. */
export interface FragmentLayout {
  readonly trafs: number;
  /** Of its first traf. */
  readonly truns: number;
  readonly hasTfxd: boolean;
  readonly hasTfdt: boolean;
  /** Samples are found from a place in the file, which a client does not have. ISO/IEC 14496-12 8.8.7 */
  readonly hasBaseOffset: boolean;
  /** Composition offset of the first sample, in ticks of the track; signed in either version. */
  readonly firstOffset: number;
}

/** Enough for the moof of a second or two. */
const FIRST_LOOK = 4096;

/** @returns undefined when there is no readable moof of at least a track and a run */
export async function readFragmentLayout(
  file: FileHandle,
  begin: number,
  end: number,
): Promise<FragmentLayout | undefined> {
  const room = Math.min(end - begin, MAX_MOOF_SIZE);
  const head = await readAt(
    file,
    begin,
    Math.max(0, Math.min(FIRST_LOOK, room)),
  );
  if (head.length < 8) return undefined;
  const size = viewOf(head).getUint32(0);
  if (size < 8 || size > room) return undefined;
  const bytes = size > head.length ? await readAt(file, begin, size) : head;
  return fragmentLayout(bytes.subarray(0, size));
}

/** @param bytes a whole moof */
export function fragmentLayout(bytes: Uint8Array): FragmentLayout | undefined {
  const moof = firstBox(bytes);
  const trafs = moof?.type === "moof" ? inside(moof, "traf") : [];
  const [traf] = trafs;
  if (traf === undefined) return undefined;
  const [tfhd] = inside(traf, "tfhd");
  const truns = inside(traf, "trun");
  const [trun] = truns;
  if (tfhd === undefined || trun === undefined) return undefined;
  if (tfhd.size < FULL_BOX || trun.size < FULL_BOX + 4) return undefined;
  const view = viewOf(bytes);
  return {
    trafs: trafs.length,
    truns: truns.length,
    hasTfxd: traf.children.some(({ uuid }) => uuid === TFXD),
    hasTfdt: inside(traf, "tfdt").length > 0,
    hasBaseOffset: (view.getUint32(tfhd.start + 8) & BASE_OFFSET) !== 0,
    firstOffset: offsetIn(bytes, trun),
  };
}

/** Size, type, version and flags. ISO/IEC 14496-12 4.2 */
const FULL_BOX = 12;

/** base-data-offset-present of tf_flags. ISO/IEC 14496-12 8.8.7.1 */
const BASE_OFFSET = 0x000001;

const TFXD = TFXD_UUID.replaceAll("-", "");

function inside(box: BoxNode, type: string): BoxNode[] {
  return box.children.filter((child) => child.type === type);
}

function firstBox(bytes: Uint8Array): BoxNode | undefined {
  try {
    for (const box of walkBoxes(bytes)) return box;
  } catch {
    // Its damage is a finding of those who read it whole.
  }
  return undefined;
}

/** 0 when its row is cut off: others tell that damage. */
function offsetIn(bytes: Uint8Array, { start, size }: BoxNode): number {
  const trun = Buffer.from(bytes.buffer, bytes.byteOffset + start, size);
  try {
    return firstCompositionOffset(trun);
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}
