import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { SampleTable, StreamKind, TrackKind } from "../media/track.js";
import { latin1, viewOf } from "./bytes.js";
import type { DoubledFragment } from "./doubled-fragments.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  textField,
  type ParsedBox,
  numbersField,
} from "./parsed-box.js";
import {
  expandSampleTable,
  onlySampleEntry,
  timescaleOf,
} from "./sample-table.js";
import {
  newTableBudget,
  tablesInMemory,
  type ReadWord,
  type Tables,
} from "./table-rows.js";

/** A trak box in simple values; times are in ticks of its own timescale. */
export interface MovieTrack<Kind extends StreamKind = TrackKind> {
  readonly trackId: number;
  readonly kind: Kind;
  readonly timescale: number;
  readonly language: string;
  readonly sampleEntry: ParsedBox;
  readonly samples: SampleTable;
  /** Whole seconds subtracted from all times of the file, when live times are too large for numbers. */
  readonly originSeconds: number;
  readonly edits: readonly Edit[];
  /** Ticks per second of the durations of edits. */
  readonly movieTimescale: number;
  /** The rotation and scale of its picture, including the movie's matrix: nine numbers. ISO/IEC 14496-12 6.2.2 */
  readonly matrix: readonly number[];
  /** The display size of its picture, by its tkhd. ISO/IEC 14496-12 8.3.2 */
  readonly shownSize?: { readonly width: number; readonly height: number };
  /** Fragments that its file has once more, which are left out: only of a file that is salvaged. */
  readonly doubled?: readonly DoubledFragment[];
}

/**
 * The video and sound tracks of a moov box.
 *
 * @param path for messages
 * @param readWord reads its tables when their bytes are not in `moov`
 * @throws PackError `input` or `unsupported` when a track's tables are damaged
 */
export function readMovieTracks(
  moov: ParsedBox,
  path: string,
  readWord?: ReadWord,
): MovieTrack[] {
  const kindOf = (trak: ParsedBox) => KINDS[handlerOf(trak)];
  return readTraks(moov, kindOf, path, readWord);
}

/** The same for tracks of text, where they are asked for. */
export function readTextTracks(
  moov: ParsedBox,
  isAskedFor: (trak: ParsedBox) => boolean,
  path: string,
  readWord?: ReadWord,
): MovieTrack<"text">[] {
  const kindOf = (trak: ParsedBox) => (isAskedFor(trak) ? "text" : undefined);
  return readTraks(moov, kindOf, path, readWord);
}

function readTraks<Kind extends StreamKind>(
  moov: ParsedBox,
  kindOf: (trak: ParsedBox) => Kind | undefined,
  path: string,
  readWord: ReadWord | undefined,
): MovieTrack<Kind>[] {
  const movieTimescale = timescaleOf(childBox(moov, "mvhd"), path);
  const budget = newTableBudget();
  const words = readWord === undefined ? {} : { readWord };
  return childBoxes(moov, "trak").flatMap((trak) => {
    const kind = kindOf(trak);
    if (kind === undefined) return [];
    const read = readTrak(trak, movieTimescale, path, { ...words, budget });
    return { kind, ...read, ...shapeOf(trak, moov) };
  });
}

/** Handlers of the track types that we package. ISO/IEC 14496-12 8.4.3 */
const KINDS: Readonly<Record<string, TrackKind>> = {
  vide: "video",
  soun: "audio",
};

function readTrak(
  trak: ParsedBox,
  movieTimescale: number,
  path: string,
  reading: Partial<Pick<Tables, "readWord" | "budget">>,
): Omit<MovieTrack, "kind" | "matrix"> {
  const tkhd = requireBox(trak, ["tkhd"], path);
  const trackId = numberField(tkhd, "track_id");
  const where = `${path} track ${trackId}`;
  const mdhd = requireBox(trak, ["mdia", "mdhd"], where);
  const stbl = requireBox(trak, ["mdia", "minf", "stbl"], where);
  const tables = { ...tablesInMemory(stbl, where), ...reading };
  return {
    trackId,
    timescale: timescaleOf(mdhd, where),
    language: mediaLanguage(trak),
    sampleEntry: onlySampleEntry(stbl, where),
    samples: expandSampleTable(tables),
    originSeconds: 0,
    edits: editsOf(trak, where),
    movieTimescale,
  };
}

function shapeOf(trak: ParsedBox, moov: ParsedBox) {
  const tkhd = requireBox(trak, ["tkhd"], "track");
  const pixels = (name: string) => numberField(tkhd, name) / ONE;
  return {
    matrix: displayMatrix(tkhd, childBox(moov, "mvhd")),
    shownSize: { width: pixels("width"), height: pixels("height") },
  };
}

/** Handlers of text: ISO/IEC 14496-12 12.6; QuickTime's subtitles and closed captions. */
const TEXT: ReadonlySet<string> = new Set([
  ...["text", "subt", "sbtl", "clcp", "subp"],
]);

/** The type of the first sample entry of a track of text; undefined for other tracks. */
export function textEntryOf(trak: ParsedBox): string | undefined {
  if (!TEXT.has(handlerOf(trak))) return undefined;
  const stsd = boxAt(trak, ["mdia", "minf", "stbl", "stsd"]);
  return stsd?.children[0]?.type ?? "";
}

/** By its elng, which has tags that mdhd has no room for, else by its mdhd. ISO/IEC 14496-12 8.4.2, 8.4.6 */
export function mediaLanguage(trak: ParsedBox): string {
  const elng = boxAt(trak, ["mdia", "elng"]);
  const { bytes, start, size } = elng ?? NO_BOX;
  const text = latin1(bytes.subarray(start + FULL_BOX, start + size), 0, size);
  const [tag = ""] = text.split("\0");
  const extended = toLanguage(tag);
  if (extended !== "und") return extended;
  const mdhd = boxAt(trak, ["mdia", "mdhd"]);
  return mdhd === undefined ? "und" : textField(mdhd, "languageString");
}

const NO_BOX = { bytes: new Uint8Array(), start: 0, size: 0 };

/** Size, type, version and flags. ISO/IEC 14496-12 4.2 */
const FULL_BOX = 12;

/** ISO/IEC 14496-12 8.4.3 */
export function handlerOf(trak: ParsedBox): string {
  const hdlr = boxAt(trak, ["mdia", "hdlr"]);
  return hdlr === undefined ? "" : textField(hdlr, "handler");
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

/** 1.0 in the fixed point of a matrix. ISO/IEC 14496-12 6.2.2 */
const ONE = 0x10000;

const UNITY = [ONE, 0, 0, 0, ONE, 0, 0, 0, 0x40000000];

/**
 * The rotation and scale of a track's picture: its own matrix, then the movie's. It leaves out
 * the position, for there is only one picture.
 *
 * @returns nine numbers in fixed point, as in a tkhd
 */
function displayMatrix(
  tkhd: ParsedBox,
  mvhd: ParsedBox | undefined,
): readonly number[] {
  const [own, movie] = [matrixOf(tkhd), matrixOf(mvhd)];
  const times = (row: number, column: number) => {
    const [x = 0, y = 0] = own.slice(row, row + 2);
    const [p = 0, q = 0] = [movie[column], movie[3 + column]];
    return Math.round((x * p + y * q) / ONE);
  };
  return [
    ...[times(0, 0), times(0, 1), 0],
    ...[times(3, 0), times(3, 1), 0],
    ...own.slice(6),
  ];
}

/** Some programs write a matrix of zeros; it counts as none. */
function matrixOf(box: ParsedBox | undefined): readonly number[] {
  const matrix = numbersField(box, "matrix");
  const isTold =
    matrix.length === 9 && matrix.slice(0, 5).some((value) => value !== 0);
  return isTold ? matrix : UNITY;
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

/** No editor cuts so often; more rows would only waste memory. */
const MOST_EDITS = 1000;

/**
 * The edit list of a track, read from its bytes; empty when the track has no list.
 *
 * @throws PackError `input` when the list has fewer bytes than rows, or too many rows
 */
export function editsOf(trak: ParsedBox, where: string): Edit[] {
  const edts = childBox(trak, "edts");
  const elst = edts && childBox(edts, "elst");
  if (elst === undefined) return [];
  const view = viewOf(elst.bytes.subarray(elst.start, elst.start + elst.size));
  const head = view.getUint32(0) === 1 ? 16 : 8;
  const isLong = view.byteLength > head && view.getUint8(head) === 1;
  const width = isLong ? 20 : 12;
  const room = view.byteLength - head - 8;
  const count = room < 0 ? Infinity : view.getUint32(head + 4);
  if (count * width > room || count > MOST_EDITS)
    throw wrongCount(where, count, elst.size);
  return Array.from({ length: count }, (_, i) =>
    isLong
      ? longRow(view, head + 8 + i * width)
      : shortRow(view, head + 8 + i * width),
  );
}

function shortRow(view: DataView, at: number): Edit {
  return {
    segmentDuration: view.getUint32(at),
    mediaTime: view.getInt32(at + 4),
    rate: view.getInt32(at + 8) / 2 ** 16,
  };
}

function longRow(view: DataView, at: number): Edit {
  return {
    segmentDuration: Number(view.getBigUint64(at)),
    mediaTime: Number(view.getBigInt64(at + 8)),
    rate: view.getInt32(at + 16) / 2 ** 16,
  };
}

function wrongCount(where: string, count: number, size: number): PackError {
  return new PackError(
    "input",
    `${where}: elst claims ${count} edits and has ${size} bytes. Expected at most ${MOST_EDITS}.`,
    { hint: "The file's index is damaged." },
  );
}
