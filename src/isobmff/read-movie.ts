import { setImmediate } from "node:timers/promises";
import { PackError } from "../errors.js";
import type { MediaSource } from "./fragment-folder.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "./fragment-runs.js";
import { wordsOf } from "./moov-bytes.js";
import {
  fragmentsOf,
  withFragments,
  type FragmentedTrack,
  type TimeSources,
  type ReadMovieOptions,
} from "./movie-fragments.js";
import type { StreamKind } from "../media/track.js";
import type { ParsedBox } from "./parsed-box.js";
import { openForReading } from "./media-source.js";
import { parseMoof, parseMoov } from "./movie.js";
import { scanBoxes, type BoxSpan } from "./scan.js";
import type { ReadWord } from "./table-rows.js";
import {
  readMovieTracks,
  readTextTracks,
  textEntryOf,
  type MovieTrack,
} from "./tracks.js";

/**
 * The video and sound tracks of an MP4, MOV, .ismv or .isma. Their samples come from the moov,
 * which may be anywhere, or from fragments. No media is read.
 *
 * @throws PackError `input` when the file cannot be read, is no MP4 or is damaged; `unsupported` for several sample
 * entries in a track
 */
export async function readMovie(
  path: string,
  options: ReadMovieOptions = {},
): Promise<MovieTrack[]> {
  return reading(path, options, readMovieTracks, withSamples);
}

/** The tracks of text with one of these sample entries, such as `stpp`; see {@link readMovie}. */
export async function readTextMovie(
  path: string,
  entries: readonly string[],
  options: ReadMovieOptions = {},
): Promise<MovieTrack<"text">[]> {
  const isAskedFor = (trak: ParsedBox) =>
    entries.includes(textEntryOf(trak) ?? "");
  const read: ReadTracks<"text"> = (moov, ...place) =>
    readTextTracks(moov, isAskedFor, ...place);
  return reading(path, options, read, withSamples);
}

async function withSamples<Kind extends StreamKind>({
  tracks,
  runs,
  outside,
}: MovieContents<Kind>): Promise<MovieTrack<Kind>[]> {
  return runs.length === 0 ? tracks : withFragments(tracks, runs, outside);
}

/**
 * The same tracks, with separate fragments. A file without fragments gives no tracks, and
 * nothing more of it is read.
 */
export async function readFragmented(
  path: string,
  options: ReadMovieOptions = {},
): Promise<FragmentedTrack[]> {
  if (!(await hasFragments(path))) return [];
  return reading(
    ...([path, options, readMovieTracks] as const),
    async ({ tracks, runs, outside }) => fragmentsOf(tracks, runs, outside),
  );
}

/** Does the file have a movie fragment? Finds boxes by their headers. ISO/IEC 14496-12 8.8.4 */
export async function hasFragments(path: string): Promise<boolean> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    for await (const { type } of scanBoxes(file, size))
      if (type === "moof") return true;
    return false;
  } finally {
    await file.close();
  }
}

type ReadTracks<Kind extends StreamKind> = (
  moov: ParsedBox,
  path: string,
  readWord: ReadWord,
) => MovieTrack<Kind>[];

interface MovieContents<Kind extends StreamKind> {
  readonly tracks: MovieTrack<Kind>[];
  /** The runs of all tracks, in the order of the file. */
  readonly runs: readonly FragmentRun[];
  readonly outside: TimeSources;
}

async function reading<Kind extends StreamKind, T>(
  path: string,
  options: ReadMovieOptions,
  readTracks: ReadTracks<Kind>,
  use: (read: MovieContents<Kind>) => Promise<T>,
): Promise<T> {
  const file = await openForReading(path);
  try {
    if (!options.salvage) requireWhole(file);
    const { size } = await file.stat();
    const spans = await interestingBoxes(file, size);
    const moov = spans.find(({ type }) => type === "moov");
    if (moov === undefined) throw noMoov(path);
    const movie = await parseMoov(file, moov, size, path);
    const tracks = readTracks(movie, path, wordsOf(file, moov));
    const isWhole = (span: BoxSpan) => span.start + span.size <= size;
    const moofs = spans
      .filter(({ type }) => type === "moof")
      .filter((span) => !options.salvage || isWhole(span));
    const defaults = trackDefaults(movie);
    const budget = newBudget();
    const runs: FragmentRun[] = [];
    for (const [i, span] of moofs.entries()) {
      if (i % FRAGMENTS_A_TURN === 0) await setImmediate();
      const moof = await parseMoof(file, span, size, path);
      runs.push(...runsOfFragment(moof, span.start, defaults, budget, path));
    }
    const index = spans.filter(({ type }) => type === "mfra");
    const outside = { file, size, index, path, ...options };
    return await use({ tracks, runs, outside });
  } finally {
    await file.close();
  }
}

function requireWhole({ cutOff }: MediaSource): void {
  if (cutOff === undefined) return;
  throw new PackError(
    "input",
    `${cutOff}: is cut off. Expected a fragment whose boxes fill its file.`,
    { hint: "--salvage takes what is whole." },
  );
}

/** After this many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 64;

async function interestingBoxes(
  file: MediaSource,
  size: number,
): Promise<BoxSpan[]> {
  const spans: BoxSpan[] = [];
  for await (const span of scanBoxes(file, size))
    if (READ.has(span.type)) spans.push(span);
  return spans;
}

const READ = new Set(["moov", "moof", "mfra"]);

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/\.ismc$/i, "It is a client manifest. Give the .ism file beside it."],
  [
    /\.(srt|vtt|ttml|scc)$/i,
    "A caption file is given with --captions FILE=LANGUAGE, such as --captions film.srt=eng.",
  ],
];

const OTHER_CONTAINER =
  "The file is cut off, or it is not MP4 or MOV: ffmpeg -i FILE -c copy NEW.mp4 makes an MP4 of other containers.";

function noMoov(path: string): PackError {
  return new PackError("input", `${path}: no moov box found.`, {
    hint: HINTS.find(([names]) => names.test(path))?.[1] ?? OTHER_CONTAINER,
  });
}
