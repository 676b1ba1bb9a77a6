import { at } from "../media/track.js";
import type { MediaSource } from "./fragment-folder.js";
import { viewOf } from "./bytes.js";
import { wordsOf } from "./moov-bytes.js";
import { openForReading } from "./media-source.js";
import { parseMoov } from "./movie.js";
import {
  boxAt,
  childBox,
  childBoxes,
  numberField,
  payloadOf,
  textField,
  type ParsedBox,
} from "./parsed-box.js";
import { readAt, scanBoxes, type BoxSpan } from "./scan.js";
import {
  handlerOf,
  readTextTracks,
  textEntryOf,
  type MovieTrack,
} from "./tracks.js";

/** What a file says beside its pictures and sounds. */
export interface MovieText {
  /** Its tracks of captions. */
  readonly captions: readonly MovieCaptions[];
  /** The track of its chapters, as QuickTime has it. */
  readonly chapterTrack?: ChapterTrack;
  /** Its list of chapters, as Nero has it. */
  readonly chapterList: readonly ListedChapter[];
}

export interface MovieCaptions {
  readonly trackId: number;
  readonly language: string;
  /** Of its first sample entry, such as `tx3g`. */
  readonly type: string;
}

export interface ChapterTrack {
  readonly track: MovieTrack<"text">;
  /** Of each sample. */
  readonly titles: readonly string[];
}

export interface ListedChapter {
  readonly seconds: number;
  readonly title: string;
}

/**
 * The captions and chapters that the moov of a file names. Only the titles of chapters are
 * read.
 *
 * @throws PackError `input` when the moov, or the track of chapters, cannot be read
 */
export async function readMovieText(path: string): Promise<MovieText> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    for await (const span of scanBoxes(file, size)) {
      if (span.type !== "moov") continue;
      const moov = await parseMoov(file, span, size, path);
      return await textIn(moov, { file, span, path });
    }
    return { captions: [], chapterList: [] };
  } finally {
    await file.close();
  }
}

interface OpenMovie {
  readonly file: MediaSource;
  /** Of the moov. */
  readonly span: BoxSpan;
  readonly path: string;
}

async function textIn(moov: ParsedBox, open: OpenMovie): Promise<MovieText> {
  const chapters = chapterIds(moov);
  const traks = childBoxes(moov, "trak");
  const captions = traks
    .flatMap(captionTrackOf)
    .filter(({ trackId }) => !chapters.has(trackId));
  const chapterTrack = await readChapterTrack(moov, chapters, open);
  const list = boxAt(moov, ["udta", "chpl"]);
  return {
    captions,
    ...(chapterTrack && { chapterTrack }),
    chapterList: list === undefined ? [] : listedIn(payloadOf(list)),
  };
}

function captionTrackOf(trak: ParsedBox): MovieCaptions[] {
  const type = textEntryOf(trak);
  if (type === undefined) return [];
  const mdhd = boxAt(trak, ["mdia", "mdhd"]);
  const language =
    mdhd === undefined ? "und" : textField(mdhd, "languageString");
  return [{ trackId: idOf(trak), language, type }];
}

function idOf(trak: ParsedBox): number {
  const tkhd = childBox(trak, "tkhd");
  return tkhd === undefined ? Number.NaN : numberField(tkhd, "track_id");
}

/** The tracks that other tracks name as their chapters. QuickTime File Format, Chapter Lists */
function chapterIds(moov: ParsedBox): ReadonlySet<number> {
  const references = childBoxes(moov, "trak").flatMap((trak) => {
    const chap = boxAt(trak, ["tref", "chap"]);
    return chap === undefined ? [] : numbersIn(payloadOf(chap));
  });
  return new Set(references);
}

function numbersIn(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  const count = Math.floor(bytes.length / 4);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 * i));
}

async function readChapterTrack(
  moov: ParsedBox,
  ids: ReadonlySet<number>,
  { file, span, path }: OpenMovie,
): Promise<ChapterTrack | undefined> {
  // Podcasts also have a track of pictures, one for each chapter.
  const isTitles = (trak: ParsedBox) =>
    ids.has(idOf(trak)) && handlerOf(trak) === "text";
  const words = wordsOf(file, span);
  const [track] = readTextTracks(moov, isTitles, path, words);
  if (track === undefined) return undefined;
  const titles: string[] = [];
  const { offset, size, count } = track.samples;
  for (let i = 0; i < Math.min(count, MOST_TITLES); i++) {
    const length = Math.min(at(size, i), LONGEST_SAMPLE);
    titles.push(titleIn(await readAt(file, at(offset, i), length)));
  }
  return { track, titles };
}

/** More than any menu shows. */
const MOST_TITLES = 5000;

/** The text of a sample has a length of 16 bits in front. */
const LONGEST_SAMPLE = 2 + 65_535;

/** UTF-8, or UTF-16 with a byte order mark. QuickTime File Format, Text Sample Data */
function titleIn(sample: Uint8Array): string {
  if (sample.length < 2) return "";
  const text = sample.subarray(2, 2 + viewOf(sample).getUint16(0));
  const mark = Buffer.from(text.subarray(0, 2)).toString("hex");
  const encoding = { feff: "utf-16be", fffe: "utf-16le" }[mark] ?? "utf-8";
  return new TextDecoder(encoding).decode(text);
}

/**
 * The list of Nero: a count of 8 bits, and for each chapter a time in units of 100 ns and a
 * title with its length in front. A list that is cut off ends with its last whole chapter.
 */
function listedIn(bytes: Uint8Array): ListedChapter[] {
  const view = viewOf(bytes);
  const head = bytes[0] === 0 ? 4 : 8;
  if (bytes.length <= head) return [];
  const chapters: ListedChapter[] = [];
  let next = head + 1;
  for (let left = view.getUint8(head); left > 0; left--) {
    if (next + 9 > bytes.length) break;
    const seconds = Number(view.getBigUint64(next)) / UNITS;
    const begin = next + 9;
    next = begin + view.getUint8(begin - 1);
    if (next > bytes.length) break;
    const title = new TextDecoder().decode(bytes.subarray(begin, next));
    chapters.push({ seconds, title });
  }
  return chapters;
}

/** In a second. */
const UNITS = 10_000_000;
