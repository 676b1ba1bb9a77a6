import type { FileHandle } from "node:fs/promises";
import { walkBoxes, type BoxNode } from "./box-tree.js";
import { TFXD_UUID } from "./boxes/fragment.js";
import { viewOf } from "./bytes.js";
import type { FragmentTable } from "./fragment-index.js";
import { readAt } from "./scan.js";

/** What an mfra is compared with. */
export interface IndexWitness {
  readonly trackIds: Iterable<number>;
  /** Where the fragments of the file end. */
  readonly end: number;
  /** Fragments of a track by the client manifest; 0 when it is not known. */
  readonly announced: (trackId: number) => number;
}

/** Why an mfra is not enough. */
export interface IndexDoubt {
  /** What is wrong, as the end of a sentence. */
  readonly fault: string;
  /** The rows that it has are right. */
  readonly isPart: boolean;
}

/**
 * Looks whether an mfra may be wrong: at the numbers of its rows, and at the fragments to which the
 * first, the middle and the last row of each track lead.
 */
export async function doubtIndex(
  file: FileHandle,
  tables: readonly FragmentTable[],
  { trackIds, end, announced }: IndexWitness,
): Promise<IndexDoubt | undefined> {
  for (const trackId of trackIds) {
    const table = tables.find((one) => one.trackId === trackId);
    const count = table?.time.length ?? 0;
    if (table === undefined || count === 0) {
      const isNone = tables.every(({ time }) => time.length === 0);
      const lacks = `has no fragment of track ${trackId}`;
      return { fault: isNone ? "is missing" : lacks, isPart: true };
    }
    const fault = await rowFault(file, table, end);
    if (fault !== undefined) return { fault, isPart: false };
    if (count < announced(trackId)) return { fault: LEAVES_OUT, isPart: true };
  }
  return undefined;
}

const LEAVES_OUT = "leaves fragments out";

async function rowFault(
  file: FileHandle,
  table: FragmentTable,
  end: number,
): Promise<string | undefined> {
  const { time, offset, trackId } = table;
  const last = time.length - 1;
  const offBy: bigint[] = [];
  for (const i of new Set([0, last >> 1, last])) {
    const at = offset[i] ?? 0;
    const found = at + 8 <= end ? await lookAt(file, at, trackId) : undefined;
    if (found === undefined)
      return `leads to byte ${at}, where no fragment of track ${trackId} begins`;
    if (found.told !== undefined) offBy.push(found.told - (time[i] ?? 0n));
  }
  const isRising = offset.every(
    (at, i) => i === 0 || at > (offset[i - 1] ?? 0),
  );
  if (!isRising) return "does not follow the order of its fragments";
  // Live archives may count from another time in fragments; but then all do.
  const [first = 0n] = offBy;
  const least = leastStep(time) / 2n;
  const isOther = (off: bigint) => {
    const moved = off - first;
    return least > 0n && (moved > least || -moved > least) && !isWrapped(moved);
  };
  return offBy.some(isOther) ? "has the time of another fragment" : undefined;
}

/** Times of 32 bits begin again at 0. */
function isWrapped(moved: bigint): boolean {
  return moved !== 0n && moved % 2n ** 32n === 0n;
}

function leastStep(time: BigInt64Array): bigint {
  let least = 0n;
  for (let i = 1; i < time.length; i++) {
    const step = (time[i] ?? 0n) - (time[i - 1] ?? 0n);
    if (step > 0n && (least === 0n || step < least)) least = step;
  }
  return least;
}

/** Enough for the moof of two seconds. */
const FIRST_LOOK = 2048;

/** A larger moof is only asked for its track. */
const LARGEST = 256 * 1024;

const MOOF = 0x6d6f6f66;

/** @returns undefined when there is no fragment of the track */
async function lookAt(
  file: FileHandle,
  at: number,
  trackId: number,
): Promise<{ readonly told: bigint | undefined } | undefined> {
  let bytes = await readAt(file, at, FIRST_LOOK);
  if (bytes.length < 16 || viewOf(bytes).getUint32(4) !== MOOF)
    return undefined;
  const size = viewOf(bytes).getUint32(0);
  if (size > LARGEST) return { told: undefined };
  if (size > bytes.length) bytes = await readAt(file, at, size);
  try {
    const [moof] = walkBoxes(bytes.subarray(0, size));
    const trafs = moof?.children.filter(({ type }) => type === "traf") ?? [];
    const own = trafs.find((traf) => trackOf(bytes, traf) === trackId);
    if (own) return { told: toldIn(bytes, own) };
    const isOther = trafs.every((traf) => trackOf(bytes, traf) !== undefined);
    return isOther ? undefined : DAMAGED;
  } catch {
    return DAMAGED;
  }
}

/** A damaged fragment is no fault of the index: whoever reads it tells. */
const DAMAGED = { told: undefined };

function trackOf(bytes: Uint8Array, traf: BoxNode): number | undefined {
  const tfhd = traf.children.find(({ type }) => type === "tfhd");
  return tfhd && viewOf(bytes).getUint32(tfhd.start + tfhd.headerSize + 4);
}

const TFXD = TFXD_UUID.replaceAll("-", "");

/** By its tfxd, else by its tfdt. MS-SSTR 2.2.4.4, ISO/IEC 14496-12 8.8.12 */
function toldIn(bytes: Uint8Array, { children }: BoxNode): bigint | undefined {
  const box =
    children.find(({ uuid }) => uuid === TFXD) ??
    children.find(({ type }) => type === "tfdt");
  if (box === undefined) return undefined;
  const at = box.start + box.headerSize;
  const view = viewOf(bytes);
  return view.getUint8(at) === 1
    ? view.getBigInt64(at + 4)
    : BigInt(view.getUint32(at + 4));
}
