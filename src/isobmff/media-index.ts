import type { FileHandle } from "node:fs/promises";
import { PackError, readingError } from "../errors.js";
import {
  mfraSize,
  readFragmentTables,
  type FragmentTable,
} from "./fragment-index.js";
import { moovBeforeFragments } from "./movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "./parsed-box.js";
import { readAt } from "./scan.js";
import { scanFragments } from "./scan-fragments.js";

/** Where the fragments of a file lie, for each of its tracks. */
export interface MediaIndex {
  readonly tables: ReadonlyMap<number, FragmentTable>;
  /** As far as the moov tells of them. */
  readonly tracks: ReadonlyMap<number, IndexedTrack>;
  /** Where fragments of any track begin, in the order of the file, and at last where all of them have ended. */
  readonly bounds: Float64Array;
  /** The fragments themselves were walked over: nothing in the file tells whether these are all. */
  readonly isScanned: boolean;
}

/** What the moov says of a track. */
export interface IndexedTrack {
  /** Ticks per second; undefined when it tells none. */
  readonly timescale: number | undefined;
  /** One, unless the codec or the size changes on the way. */
  readonly sampleEntries: readonly ParsedBox[];
}

/**
 * Reads where the fragments of a file are: from the mfra at its end, or where
 * that is missing or says nothing of a track, from the moofs themselves.
 *
 * @param wanted ids of the tracks that are served
 * @throws PackError `input` when there is no way to tell
 */
export async function readMediaIndex(
  file: FileHandle,
  size: number,
  name: string,
  wanted: ReadonlySet<number>,
): Promise<MediaIndex> {
  const moov = await moovBeforeFragments(file, size, name);
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
    tracks: tracksOf(moov),
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
  const size = await mfraSize(file, fileSize);
  const end = fileSize - size;
  if (size === 0) return { tables: [], end };
  try {
    const bytes = await readAt(file, end, size);
    return { tables: readFragmentTables(bytes), end };
  } catch (error) {
    throw new PackError(
      "input",
      `${name}: its index is damaged (${readingError(error)}).`,
    );
  }
}

function tracksOf(moov: ParsedBox | undefined): Map<number, IndexedTrack> {
  const traks = moov ? childBoxes(moov, "trak") : [];
  return new Map(
    traks.map((trak) => {
      const tkhd = childBox(trak, "tkhd");
      const mdhd = boxAt(trak, ["mdia", "mdhd"]);
      const stsd = boxAt(trak, ["mdia", "minf", "stbl", "stsd"]);
      const timescale = mdhd ? numberField(mdhd, "timescale") : NaN;
      return [
        tkhd ? numberField(tkhd, "track_id") : NaN,
        {
          timescale: timescale > 0 ? timescale : undefined,
          sampleEntries: stsd?.children ?? [],
        },
      ];
    }),
  );
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
    throw new PackError(
      "input",
      `${name}: its index leads to byte ${last}, the fragments end at ${end}.`,
    );
  }
}

function boundsOf(tables: readonly FragmentTable[], end: number): Float64Array {
  const all = new Set(tables.flatMap(({ offset }) => [...offset]));
  return Float64Array.from([...all, end]).sort();
}
