import type { FileHandle } from "node:fs/promises";
import { PackError, readingError } from "../errors.js";
import {
  readFragmentTables,
  readMfra,
  type FragmentTable,
} from "./fragment-index.js";
import { PIFF_PSSH_UUID } from "./boxes/protection.js";
import { bytesToHex } from "./bytes.js";
import { moovBeforeFragments } from "./movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  payloadOf,
  textField,
  type ParsedBox,
} from "./parsed-box.js";
import { scanFragments, type ScannedTable } from "./scan-fragments.js";

/** Positions of a file's fragments, for each of its tracks. */
export interface MediaIndex {
  readonly tables: ReadonlyMap<number, FragmentTable | ScannedTable>;
  /** As far as the moov describes them. */
  readonly tracks: ReadonlyMap<number, IndexedTrack>;
  /** Who protects its tracks, by the moov. */
  readonly systems: readonly SystemData[];
  /** Where fragments of any track begin, in the order of the file; the last entry is the end of all fragments. */
  readonly bounds: Float64Array;
  /** The index comes from the fragments themselves: nothing in the file shows whether they are complete. */
  readonly isScanned: boolean;
  /** The file of each fragment, when the "file" is a folder of them. */
  readonly files?: readonly string[];
}

/** The data of a licence system, such as a PlayReady Object. ISO/IEC 23001-7 8.1 */
export interface SystemData {
  /** UUID with dashes. */
  readonly systemId: string;
  readonly data: Uint8Array;
}

/** A track's description in the moov. */
export interface IndexedTrack {
  /** Ticks per second; undefined when the moov has none. */
  readonly timescale: number | undefined;
  /** By its mdhd, three letters. */
  readonly language: string | undefined;
  /** One, unless the codec or the size changes within the track. */
  readonly sampleEntries: readonly ParsedBox[];
}

/** What else is known of a file's fragments, and what must be known of them. */
export interface IndexRequest {
  /** Ids of the tracks to serve. */
  readonly trackIds: ReadonlySet<number>;
  /**
   * When the fragments of a track begin, by the client manifest, in ticks of the track; empty when
   * it is not known.
   */
  readonly announced: (
    trackId: number,
    timescale: number | undefined,
  ) => readonly bigint[];
  /** Also read every moof, for the durations of fragments. */
  readonly isWhole: boolean;
}

/**
 * Reads the positions of a file's fragments from the mfra at its end. When the mfra is missing
 * or leaves out a track, it reads the moofs. The tables are empty for a plain MP4.
 *
 * @throws PackError `input` when the positions cannot be found
 */
export async function readMediaIndex(
  file: FileHandle,
  size: number,
  name: string,
  { trackIds, announced, isWhole }: IndexRequest,
): Promise<MediaIndex> {
  const moov = await moovBeforeFragments(file, size, name);
  const tracks = indexedTracks(moov);
  const indexed = await indexIn(file, size, name);
  const knowsAll = [...trackIds].every((id) =>
    indexed.tables.some(
      ({ trackId, time }) => trackId === id && time.length > 0,
    ),
  );
  const outside = {
    indexed: indexed.tables,
    announced: (id: number) => announced(id, tracks.get(id)?.timescale),
  };
  const { tables, end } =
    knowsAll && !isWhole
      ? indexed
      : await scanFragments(file, size, moov, outside, name);
  requireInside(tables, end, name);
  return {
    tables: new Map(tables.map((table) => [table.trackId, table])),
    tracks,
    systems: systemsOf(moov),
    bounds: boundsOf(tables, end),
    isScanned: !knowsAll,
  };
}

interface FragmentTables {
  readonly tables: readonly FragmentTable[];
  /** Where the last fragment ends. */
  readonly end: number;
}

async function indexIn(
  file: FileHandle,
  fileSize: number,
  name: string,
): Promise<FragmentTables> {
  const bytes = await readMfra(file, fileSize);
  try {
    const tables = readFragmentTables(bytes);
    return { tables, end: fileSize - bytes.length };
  } catch (error) {
    throw new PackError(
      "input",
      `${name}: its index is damaged (${readingError(error)}).`,
    );
  }
}

/** The tracks that a moov describes. */
export function indexedTracks(
  moov: ParsedBox | undefined,
): Map<number, IndexedTrack> {
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
          language: mdhd && textField(mdhd, "languageString"),
          sampleEntries: stsd?.children ?? [],
        },
      ];
    }),
  );
}

const PIFF_PSSH = PIFF_PSSH_UUID.replaceAll("-", "");

/** Of version 0, and PIFF's own box, which has the same fields. Other boxes are not for Smooth clients. */
export function systemsOf(moov: ParsedBox | undefined): SystemData[] {
  const boxes = (moov?.children ?? []).filter(
    ({ type, uuid }) => type === "pssh" || uuid === PIFF_PSSH,
  );
  return boxes.flatMap((box) => {
    const payload = payloadOf(box);
    if (payload.length < SYSTEM_HEAD || payload[0] !== 0) return [];
    const id = bytesToHex(payload.subarray(4, 20)).toLowerCase();
    const systemId = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    return [{ systemId, data: payload.slice(SYSTEM_HEAD) }];
  });
}

/** Version and flags, UUID, size of the data. */
const SYSTEM_HEAD = 24;

/** When an index points beyond the end, it belongs to another file, or the file was cut off. */
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
