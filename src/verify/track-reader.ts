import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../errors.js";
import { latin1, viewOf } from "../isobmff/bytes.js";
import {
  TFRA_HEAD,
  tfraLayout,
  type TfraLayout,
} from "../isobmff/fragment-index.js";
import {
  trackDefaults,
  type SampleDefaults,
} from "../isobmff/fragment-runs.js";
import {
  childBox,
  childBoxes,
  numberField,
  payloadOf,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { openFile, readAt } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import { kindAt } from "../smooth/package-files.js";
import { lastNotAfter } from "../smooth/read-streams.js";
import type { Findings, FindingPlace } from "./finding.js";
import { joinedFolder } from "./join-fragments.js";
import { walkFragments } from "./walk-fragments.js";

/**
 * Opens a track file and reads its index.
 * @returns undefined, with a finding, when there is no index to go by
 */
export async function openTrack(
  folder: string,
  name: string,
  trackId: number,
  findings: Findings,
  announced: () => readonly bigint[] = () => [],
): Promise<TrackReader | undefined> {
  const path = join(folder, name);
  const isFolder = (await kindAt(path)) === "folder";
  const opened = isFolder ? joinedFolder(path) : openFile(path);
  const file = await opened.catch((error: unknown) => {
    findings.in(name).fault("file", `cannot be opened (${messageOf(error)})`);
  });
  if (!file) return undefined;
  const wanted = { name, trackId, announced, isFolder };
  const reader = await readOrClose(file, wanted, findings);
  if (reader === undefined) await file.close();
  return reader;
}

/** The track to read. */
interface WantedTrack {
  readonly name: string;
  readonly trackId: number;
  /** When its fragments begin, by the client manifest, in ticks of the track; for files without an index. */
  readonly announced: () => readonly bigint[];
  readonly isFolder: boolean;
}

async function readOrClose(
  file: FileHandle,
  wanted: WantedTrack,
  findings: Findings,
): Promise<TrackReader | undefined> {
  try {
    return await readIndex(file, wanted, findings);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The begin of fragment `i` and its place in the file, by the index. */
export function fragmentSpan({ index, mfraOffset }: TrackReader, i: number) {
  const begin = index.offset[i] ?? mfraOffset;
  const end = index.end[i] ?? mfraOffset;
  return { time: index.time[i] ?? 0n, begin, end };
}

/**
 * The rows of the tfra box, as columns: an object for each would be garbage that stays for long,
 * as twenty captions of a film have 100,000 rows.
 */
export interface FragmentIndex {
  readonly length: number;
  readonly time: BigInt64Array;
  /** Of the moof. */
  readonly offset: Float64Array;
  /** Where the next fragment of any track begins, or the last one ends. */
  readonly end: Float64Array;
  /** The numbers of traf, trun and sample, of rows where they are not all 1. */
  readonly others: ReadonlyMap<number, readonly number[]>;
}

/** An open track file of a package, read like an origin reads it: from the index at its end. */
export interface TrackReader {
  readonly name: string;
  readonly file: FileHandle;
  /** ftyp, moov and all other boxes in front of the first fragment. */
  readonly header: readonly ParsedBox[];
  readonly trackId: number;
  readonly index: FragmentIndex;
  /** The begin of the mfra, which is the end of the last fragment. */
  readonly mfraOffset: number;
  /** Where the first fragment of any track begins. */
  readonly headerSize: number;
  /** What the moov says of samples that say nothing. ISO/IEC 14496-12 8.8.3 */
  readonly defaults: SampleDefaults | undefined;
}

/** A larger index is not believed: a week of two-second fragments takes 6 MB. */
const MOST_INDEX = 16 * 1024 * 1024;

/**
 * Our files have less than a kilobyte in front of the first fragment; covers and texts of
 * other makers take up to a few megabytes.
 */
const MOST_HEADER = 16 * 1024 * 1024;

/**
 * Reads the places of the fragments, and the boxes in front of them.
 * @returns undefined, with a finding, when there are none
 */
async function readIndex(
  file: FileHandle,
  wanted: WantedTrack,
  findings: Findings,
): Promise<TrackReader | undefined> {
  const { name, trackId } = wanted;
  const place = findings.in(name);
  const { size } = await file.stat();
  const mfraSize = await readMfraSize(file, size);
  const mfraOffset = size - mfraSize;
  const [mfra] = await parseAt(file, mfraOffset, mfraSize, "index", place);
  const damaged = (box: ParsedBox, why: string) =>
    place.fault(
      "index",
      `cannot be parsed: tfra at ${mfraOffset + box.start} is damaged (${why})`,
    );
  const isIndexed = mfra?.type === "mfra";
  const listed = entriesOf(mfra, trackId, mfraOffset, damaged);
  if (listed === undefined) return undefined;
  const isListed = isIndexed && listed.length > 0;
  const index = isListed
    ? listed
    : await walkedIndex(file, size, wanted, place);
  if (index === undefined) return undefined;
  const mfro = mfra && childBox(mfra, "mfro");
  const announcedSize = mfro && numberField(mfro, "_size");
  if (isListed) place.expect("index", "size in mfro", announcedSize, mfra.size);
  if (!goesForward(index, mfraOffset, place)) return undefined;
  const { headerSize } = index;
  if (headerSize > MOST_HEADER) {
    const what = "bytes before the first fragment";
    place.wrong("header", what, headerSize, `at most ${MOST_HEADER}`);
    return undefined;
  }
  const header = await parseAt(file, 0, headerSize, "header", place);
  const moov = header.find(({ type }) => type === "moov");
  const defaults = moov && trackDefaults(moov).get(trackId);
  return {
    ...{ name, file, header, trackId, index, mfraOffset, headerSize },
    defaults,
  };
}

/** The index that a file without one would have; undefined, with a fault, when the track has no fragment. */
async function walkedIndex(
  file: FileHandle,
  size: number,
  { trackId, announced, isFolder }: WantedTrack,
  place: FindingPlace,
): Promise<IndexOfFile | undefined> {
  const { fragments: all, hasIndex } = await walkFragments(file, size, place);
  const own = all.filter((fragment) => fragment.trackId === trackId);
  if (own.length === 0) {
    const what = `no mfra at the end of the file with entries for track ${trackId}, and no fragment of it`;
    place.fault("index", what);
    return undefined;
  }
  const how = isFolder
    ? "is a folder with a file for each fragment, as Azure kept live archives"
    : "has no mfra with entries for the track: an origin has to walk over its fragments";
  if (hasIndex) place.fault("index", MISLEADING);
  else place.dialect.say("index", how);
  // A different number of times would belong to other fragments.
  const times = announced();
  const known = times.length === own.length ? times : [];
  return {
    length: own.length,
    time: BigInt64Array.from(own, ({ time }, i) => time ?? known[i] ?? UNTOLD),
    offset: Float64Array.from(own, ({ begin }) => begin),
    end: Float64Array.from(own, ({ end }) => end),
    others: new Map(),
    headerSize: all[0]?.begin ?? 0,
  };
}

const MISLEADING =
  "its mfra has no entries for the track, or its mfro does not lead there: origins that go by it find no fragment";

/** The time of a fragment that nothing tells: the sum of durations is all there is. */
export const UNTOLD = -(2n ** 63n);

/** The index of a track, and what it shares with the others of its file. */
interface IndexOfFile extends FragmentIndex {
  readonly headerSize: number;
}

async function parseAt(
  file: FileHandle,
  position: number,
  length: number,
  rule: string,
  place: FindingPlace,
): Promise<ParsedBox[]> {
  const bytes = await readAt(file, position, length);
  const onError = (message: string) =>
    place.fault(rule, `cannot be parsed: ${message}`);
  return parseBoxes(bytes, onError, TFRA, position);
}

/** Its rows are read from the bytes: an object for each would be garbage, see FragmentIndex. */
const TFRA: ReadonlySet<string> = new Set(["tfra"]);

/** With an index that goes back and forth, the same fragments would be read again and again. */
function goesForward(
  { offset: offsets }: FragmentIndex,
  mfraOffset: number,
  place: FindingPlace,
): boolean {
  let least = 0;
  for (const [i, offset] of offsets.entries()) {
    if (offset < least || offset > mfraOffset) {
      const what = `position of entry ${i + 1}`;
      place.wrong("index", what, offset, `${least} to ${mfraOffset}`);
      return false;
    }
    least = offset;
  }
  return true;
}

/** @returns undefined, with a fault, when a table is damaged; without rows when none is of this track */
function entriesOf(
  mfra: ParsedBox | undefined,
  trackId: number,
  mfraOffset: number,
  damaged: (box: ParsedBox, why: string) => void,
): IndexOfFile | undefined {
  let own: Omit<FragmentIndex, "end"> = NO_INDEX;
  const bounds: Float64Array[] = [Float64Array.of(mfraOffset)];
  for (const box of mfra ? childBoxes(mfra, "tfra") : []) {
    const view = viewOf(payloadOf(box));
    try {
      const layout = tfraLayout(view);
      const rows = readRows(view, layout);
      bounds.push(rows.offset);
      if (layout.trackId === trackId && own === NO_INDEX) own = rows;
    } catch (error) {
      damaged(box, messageOf(error));
      return undefined;
    }
  }
  const sorted = joined(bounds).sort();
  const end = own.offset.map(
    (begin) => sorted[lastNotAfter(sorted, begin) + 1] ?? mfraOffset,
  );
  return { ...own, end, headerSize: sorted[0] ?? mfraOffset };
}

function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(
    columns.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

const NO_INDEX: Omit<FragmentIndex, "end"> = {
  length: 0,
  time: new BigInt64Array(),
  offset: new Float64Array(),
  others: new Map(),
};

/** ISO/IEC 14496-12 8.8.10 */
function readRows(
  view: DataView,
  { count: length, isLong, rowSize }: TfraLayout,
): Omit<FragmentIndex, "end"> {
  const time = new BigInt64Array(length);
  const offset = new Float64Array(length);
  const others = new Map<number, readonly number[]>();
  const numbers = isLong ? 16 : 8;
  for (let i = 0, at = TFRA_HEAD; i < length; i++, at += rowSize) {
    time[i] = isLong ? view.getBigInt64(at) : BigInt(view.getUint32(at));
    offset[i] = isLong
      ? Number(view.getBigUint64(at + 8))
      : view.getUint32(at + 4);
    if (!areOnes(view, at + numbers, rowSize - numbers))
      others.set(i, numbersAt(view, at + numbers));
  }
  return { length, time, offset, others };
}

/** Traf, trun and sample are 1, as one byte each. */
function areOnes(view: DataView, at: number, size: number): boolean {
  return (
    size === 3 && view.getUint16(at) === 0x0101 && view.getUint8(at + 2) === 1
  );
}

/** The numbers of traf, trun and sample, each of one to four bytes. */
function numbersAt(view: DataView, begin: number): number[] {
  const lengths = view.getUint8(11);
  let at = begin;
  return [4, 2, 0].map((shift) => {
    const end = at + ((lengths >> shift) & 3) + 1;
    let number = 0;
    for (; at < end; at++) number = number * 256 + view.getUint8(at);
    return number;
  });
}

/** The last 16 bytes are an mfro box with the size of the mfra. ISO/IEC 14496-12 8.8.11 */
async function readMfraSize(
  file: FileHandle,
  fileSize: number,
): Promise<number> {
  const tail = await readAt(file, Math.max(0, fileSize - 16), 16);
  const type = latin1(tail, 4, 4);
  if (tail.length < 16 || type !== "mfro") return 0;
  const size = new DataView(tail.buffer, tail.byteOffset).getUint32(12);
  return size <= Math.min(fileSize, MOST_INDEX) ? size : 0;
}
