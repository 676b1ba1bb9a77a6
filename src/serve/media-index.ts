import type { FileHandle } from "node:fs/promises";
import { readingFault } from "../errors.js";
import { latin1, viewOf } from "../isobmff/bytes.js";
import {
  readFragmentTables,
  type FragmentTable,
} from "../isobmff/fragment-table.js";
import { parseMoov } from "../isobmff/movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { readAt, scanBoxes, type BoxSpan } from "../isobmff/scan.js";
import type { ServedFile } from "./open-files.js";
import { PackageProblem } from "./package.js";
import { scanFragments } from "./scan-fragments.js";

/** Where the fragments of a file lie, for each of its tracks. */
export interface MediaIndex {
  readonly tables: ReadonlyMap<number, FragmentTable>;
  /** Ticks per second of each track, as far as the moov tells. */
  readonly timescales: ReadonlyMap<number, number>;
  /** Where fragments of any track begin, in the order of the file, and at last where all of them have ended. */
  readonly bounds: Float64Array;
  /** The fragments themselves were walked over: nothing in the file tells whether these are all. */
  readonly isScanned: boolean;
}

/** A media file with its index. */
export interface IndexedFile {
  readonly file: ServedFile;
  readonly index: MediaIndex;
}

/** A larger index is a lie: a week of two-second fragments takes 6 MB. */
const MOST_INDEX = 16 * 1024 * 1024;

/**
 * Reads where the fragments of a file are: from the mfra at its end, or where
 * that is missing or says nothing of a track, from the moofs themselves.
 *
 * @param wanted ids of the tracks that are served
 * @throws PackageProblem when there is no way to tell
 */
export async function readMediaIndex(
  file: FileHandle,
  size: number,
  name: string,
  wanted: ReadonlySet<number>,
): Promise<MediaIndex> {
  const moov = await findMoov(file, size, name);
  const told = await readMfra(file, size, name);
  const knowsAll = [...wanted].every((id) =>
    told.tables.some(({ trackId, time }) => trackId === id && time.length > 0),
  );
  const { tables, end } = knowsAll
    ? told
    : await scanFragments(file, size, moov, name);
  requireInside(tables, end, name);
  return {
    tables: new Map(tables.map((table) => [table.trackId, table])),
    timescales: timescalesOf(moov),
    bounds: boundsOf(tables, end),
    isScanned: !knowsAll,
  };
}

interface Told {
  readonly tables: readonly FragmentTable[];
  /** Where the last fragment ends. */
  readonly end: number;
}

async function readMfra(
  file: FileHandle,
  fileSize: number,
  name: string,
): Promise<Told> {
  const size = await readMfraSize(file, fileSize);
  const end = fileSize - size;
  if (size === 0) return { tables: [], end };
  try {
    const bytes = await readAt(file, end, size);
    return { tables: readFragmentTables(bytes), end };
  } catch (error) {
    throw new PackageProblem(
      `${name}: its index is damaged (${readingFault(error)}).`,
    );
  }
}

/** The last 16 bytes are an mfro box that tells the size of the mfra. ISO/IEC 14496-12 8.8.11 */
async function readMfraSize(
  file: FileHandle,
  fileSize: number,
): Promise<number> {
  const tail = await readAt(file, Math.max(0, fileSize - 16), 16);
  if (tail.length < 16 || latin1(tail, 4, 4) !== "mfro") return 0;
  const size = viewOf(tail).getUint32(12);
  return size <= Math.min(fileSize, MOST_INDEX) ? size : 0;
}

async function findMoov(
  file: FileHandle,
  size: number,
  name: string,
): Promise<ParsedBox | undefined> {
  let left = MOST_BEFORE;
  for await (const span of scanBoxes(file, size)) {
    if (span.type === "moof" || left-- === 0) return undefined;
    if (span.type === "moov") return readMoov(file, span, size, name);
  }
  return undefined;
}

/** So many boxes before the moov are believed. */
const MOST_BEFORE = 32;

async function readMoov(
  file: FileHandle,
  span: BoxSpan,
  size: number,
  name: string,
): Promise<ParsedBox> {
  return parseMoov(file, span, size, name).catch((error: unknown) => {
    throw new PackageProblem(readingFault(error));
  });
}

function timescalesOf(moov: ParsedBox | undefined): Map<number, number> {
  const rows = (moov ? childBoxes(moov, "trak") : []).map(
    (trak): [number, number] => {
      const tkhd = childBox(trak, "tkhd");
      const mdhd = boxAt(trak, ["mdia", "mdhd"]);
      return [
        tkhd ? numberField(tkhd, "track_id") : NaN,
        mdhd ? numberField(mdhd, "timescale") : NaN,
      ];
    },
  );
  return new Map(rows.filter(([, timescale]) => timescale > 0));
}

/** An index that leads beyond the end is one of another file, or the file was cut off. */
function requireInside(
  tables: readonly FragmentTable[],
  end: number,
  name: string,
): void {
  for (const { offset } of tables) {
    const last = offset.reduce((a, b) => Math.max(a, b), 0);
    if (last + 8 <= end) continue;
    throw new PackageProblem(
      `${name}: its index leads to byte ${last}, the fragments end at ${end}.`,
    );
  }
}

function boundsOf(tables: readonly FragmentTable[], end: number): Float64Array {
  const all = new Set(tables.flatMap(({ offset }) => [...offset]));
  return Float64Array.from([...all, end]).sort();
}
