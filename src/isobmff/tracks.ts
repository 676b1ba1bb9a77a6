import { PackError } from "../errors.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  numbersField,
  textField,
  type ParsedBox,
} from "./parsed-box.js";
import type { SampleTable, TrackKind } from "../media/track.js";
import { tablesInMemory, type ReadWord } from "./table-rows.js";
import {
  expandSampleTable,
  onlySampleEntry,
  timescaleOf,
} from "./sample-table.js";

/** A trak box in plain words; times are in ticks of its own timescale. */
export interface MovieTrack {
  readonly trackId: number;
  readonly kind: TrackKind;
  readonly timescale: number;
  readonly language: string;
  readonly sampleEntry: ParsedBox;
  readonly samples: SampleTable;
  readonly edits: readonly Edit[];
  /** Ticks per second of the durations of edits. */
  readonly movieTimescale: number;
  /** How its picture is turned and placed: nine numbers. ISO/IEC 14496-12 6.2.2 */
  readonly matrix: readonly number[];
}

/** A row of an edit list. ISO/IEC 14496-12 8.6.6 */
export interface Edit {
  /** In ticks of the movie; 0 is "to the end" in files that came in fragments. */
  readonly segmentDuration: number;
  /** Where in the media the edit begins, in ticks of the track; -1 is an empty edit. */
  readonly mediaTime: number;
  /** 1 is the usual speed, 0 holds a picture. */
  readonly rate: number;
}

/**
 * The video and sound tracks of a moov box.
 *
 * @param path for messages
 * @param readWord reads its tables, where their bytes are not in `moov`
 * @throws PackError `input` or `mux` when a track's tables are damaged
 */
export function readMovieTracks(
  moov: ParsedBox,
  path: string,
  readWord?: ReadWord,
): MovieTrack[] {
  const movieTimescale = timescaleOf(childBox(moov, "mvhd"), path);
  return childBoxes(moov, "trak")
    .filter((trak) => KINDS[handlerOf(trak)] !== undefined)
    .map((trak) => readTrack(trak, movieTimescale, path, readWord));
}

/** Handlers of the tracks that are packaged. ISO/IEC 14496-12 8.4.3 */
const KINDS: Readonly<Record<string, TrackKind>> = {
  vide: "video",
  soun: "audio",
};

function readTrack(
  trak: ParsedBox,
  movieTimescale: number,
  path: string,
  readWord: ReadWord | undefined,
): MovieTrack {
  const tkhd = requireBox(trak, ["tkhd"], path);
  const trackId = numberField(tkhd, "track_id");
  const where = `${path} track ${trackId}`;
  const mdhd = requireBox(trak, ["mdia", "mdhd"], where);
  const stbl = requireBox(trak, ["mdia", "minf", "stbl"], where);
  const tables = tablesInMemory(stbl, where);
  return {
    trackId,
    kind: KINDS[handlerOf(trak)] ?? "video",
    timescale: timescaleOf(mdhd, where),
    language: textField(mdhd, "languageString"),
    sampleEntry: onlySampleEntry(stbl, where),
    samples: expandSampleTable(readWord ? { ...tables, readWord } : tables),
    edits: editsOf(trak),
    movieTimescale,
    matrix: numbersField(tkhd, "matrix"),
  };
}

function handlerOf(trak: ParsedBox): string {
  const hdlr = boxAt(trak, ["mdia", "hdlr"]);
  return hdlr === undefined ? "" : textField(hdlr, "handler");
}

function editsOf(trak: ParsedBox): Edit[] {
  const edts = childBox(trak, "edts");
  const elst = edts && childBox(edts, "elst");
  const rows = (elst?.field("entries") ?? []) as readonly Record<
    string,
    number
  >[];
  return rows.map((row) => ({
    segmentDuration: row["segment_duration"] ?? 0,
    mediaTime: row["media_time"] ?? 0,
    rate:
      (row["media_rate_integer"] ?? 1) +
      ((row["media_rate_fraction"] ?? 0) & 0xffff) / 2 ** 16,
  }));
}

function requireBox(
  parent: ParsedBox,
  path: readonly string[],
  where: string,
): ParsedBox {
  const box = boxAt(parent, path);
  if (box === undefined) {
    throw new PackError(
      "input",
      `${where}: no ${path.join("/")} box in ${parent.type}.`,
    );
  }
  return box;
}
