import type { FileHandle } from "node:fs/promises";
import { readingError } from "../errors.js";
import {
  readFragmentTables,
  readMfra,
  type FragmentTable,
} from "./fragment-index.js";
import { doubtIndex } from "./doubt-index.js";
import { PIFF_PSSH_UUID } from "./boxes/protection.js";
import { bytesToHex } from "./bytes.js";
import { moovBeforeFragments } from "./movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "./parsed-box.js";
import { handlerOf, mediaLanguage } from "./tracks.js";
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
  /** What is wrong with the mfra, as the end of a sentence; undefined when it is right. */
  readonly indexFault?: string;
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
  /** By its elng or mdhd, three letters. */
  readonly language: string | undefined;
  /** The kind of its media, such as `vide`. */
  readonly handler: string;
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
  /** A row of the mfra was found to be wrong: read every moof. */
  readonly isDoubted?: boolean;
}

/**
 * Reads the positions of a file's fragments from the mfra at its end. When the mfra is missing,
 * leaves out a track, or is wrong as far as a look at some of its rows shows, it reads the moofs.
 * The tables are empty for a plain MP4.
 *
 * @throws PackError `input` when the positions cannot be found
 */
export async function readMediaIndex(
  file: FileHandle,
  size: number,
  name: string,
  { trackIds, announced, isWhole, isDoubted }: IndexRequest,
): Promise<MediaIndex> {
  const moov = await moovBeforeFragments(file, size, name);
  const tracks = indexedTracks(moov);
  const indexed = await indexIn(file, size);
  const announcedIn = (id: number) => announced(id, tracks.get(id)?.timescale);
  const { damage } = indexed;
  const doubt =
    damage === undefined
      ? await doubtIndex(file, indexed.tables, {
          ...{ trackIds, end: indexed.end },
          announced: (id) => announcedIn(id).length,
        })
      : { fault: `is damaged (${damage})`, isPart: false };
  const read = { tracks, systems: systemsOf(moov) };
  if (doubt === undefined && !isWhole && isDoubted !== true)
    return { ...read, ...tablesOf(indexed), isScanned: false };
  const outside = {
    indexed: doubt?.isPart === false ? [] : indexed.tables,
    announced: announcedIn,
    isDoubted: doubt !== undefined,
  };
  const found = await scanFragments(file, size, moov, outside, name);
  const isFaulty =
    found.tables.length > 0 && !isAlike(found.tables, indexed.tables, trackIds);
  return {
    ...read,
    ...tablesOf(found),
    isScanned: !knowsAll(indexed.tables, trackIds),
    ...(isFaulty && { indexFault: doubt?.fault ?? LEADS_ASTRAY }),
  };
}

const LEADS_ASTRAY = "leads to places where no fragments begin";

function knowsAll(
  tables: readonly FragmentTable[],
  trackIds: ReadonlySet<number>,
): boolean {
  return [...trackIds].every((id) =>
    tables.some(({ trackId, time }) => trackId === id && time.length > 0),
  );
}

/** Do both lead to the same fragments? Times may be told in two ways. */
function isAlike(
  found: readonly FragmentTable[],
  indexed: readonly FragmentTable[],
  trackIds: ReadonlySet<number>,
): boolean {
  return [...trackIds].every((id) => {
    const of = (tables: readonly FragmentTable[]) =>
      tables.find(({ trackId }) => trackId === id)?.offset ?? [];
    const [own, other] = [of(found), of(indexed)];
    return own.length === other.length && own.every((at, i) => at === other[i]);
  });
}

interface FragmentTables {
  readonly tables: readonly FragmentTable[];
  /** Where the last fragment ends. */
  readonly end: number;
}

function tablesOf({ tables, end }: FragmentTables) {
  return {
    tables: new Map(tables.map((table) => [table.trackId, table])),
    bounds: boundsOf(tables, end),
  };
}

async function indexIn(
  file: FileHandle,
  fileSize: number,
): Promise<FragmentTables & { readonly damage?: string }> {
  const bytes = await readMfra(file, fileSize);
  const end = fileSize - bytes.length;
  try {
    return { tables: readFragmentTables(bytes), end };
  } catch (error) {
    return { tables: [], end, damage: readingError(error) };
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
          language: mdhd && mediaLanguage(trak),
          handler: handlerOf(trak),
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
    // The parser counts version and flags as a part of the header.
    const fieldsAt = box.start + (box.type === "uuid" ? 24 : 8);
    const fields = box.bytes.subarray(fieldsAt, box.start + box.size);
    if (fields.length < SYSTEM_HEAD || fields[0] !== 0) return [];
    const id = bytesToHex(fields.subarray(4, 20)).toLowerCase();
    const systemId = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    return [{ systemId, data: fields.slice(SYSTEM_HEAD) }];
  });
}

/** Version and flags, UUID, size of the data. */
const SYSTEM_HEAD = 24;

function boundsOf(tables: readonly FragmentTable[], end: number): Float64Array {
  const all = new Set(tables.flatMap(({ offset }) => [...offset]));
  return Float64Array.from([...all, end]).sort();
}
