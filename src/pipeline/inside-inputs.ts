import { basename, resolve } from "node:path";
import { EMBEDDED, isChannel } from "../captions/embedded.js";
import { PackError, throwIfAborted } from "../errors.js";
import type { ToolPaths } from "../ffmpeg/find.js";
import { isFolder } from "../util/files.js";
import {
  readMovieText,
  type MovieCaptions,
  type MovieText,
} from "../isobmff/movie-text.js";
import type { Ticks } from "../media/time.js";
import type { SourceChapter } from "../probe/source-info.js";
import { chaptersOf } from "../tracks/chapters.js";
import type { MuxInput } from "../tracks/read-track.js";
import type { CaptionSettings } from "./captions.js";
import type { PackageText } from "./package-inputs.js";
import type { FilmInside } from "./inside-captions.js";

/** What lies beside the pictures and sounds of the inputs of mux. */
export interface InsideInputs {
  /** Of the first input that has some. */
  readonly chapters: readonly SourceChapter[];
  readonly captions: readonly InputCaptions[];
  readonly notes: readonly string[];
}

interface InputCaptions {
  /** Absolute. */
  readonly path: string;
  readonly tracks: readonly MovieCaptions[];
}

/** Looks at the inputs without ffprobe. What cannot be read is left out with a note. */
export async function readInsideInputs(
  inputs: readonly MuxInput[],
  signal: AbortSignal | undefined,
): Promise<InsideInputs> {
  let chapters: readonly SourceChapter[] = [];
  const captions: InputCaptions[] = [];
  const notes: string[] = [];
  for (const path of pathsOf(inputs)) {
    throwIfAborted(signal);
    try {
      const text: MovieText = await readMovieText(path);
      captions.push({ path, tracks: text.captions });
      if (chapters.length === 0) chapters = chaptersOf(text, path);
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      const why = error.message.replace(/\.$/, "");
      notes.push(`its chapters are left out: ${why}`);
    }
  }
  return { chapters, captions, notes };
}

/** Each file once: it may be given for several of its tracks. */
function pathsOf(inputs: readonly MuxInput[]): string[] {
  return [...new Set(inputs.map(({ path }) => resolve(path)))];
}

/** Kinds of captions, by sample entry, and the option that takes each. */
const TAKEN_BY: Readonly<Record<string, string>> = {
  tx3g: EMBEDDED,
  text: EMBEDDED,
  stpp: EMBEDDED,
  c608: "cc1",
};

/** One note for each file with captions that nobody asked for. */
export function leftOutCaptions(
  { captions: files }: Pick<InsideInputs, "captions">,
  { captions = [] }: CaptionSettings,
  packaged: readonly Pick<PackageText, "path" | "trackId">[] = [],
): string[] {
  const isAskedFor = ({ type }: MovieCaptions) => {
    const value = TAKEN_BY[type];
    if (value === EMBEDDED) return captions.includes(EMBEDDED);
    return value !== undefined && captions.some(isChannel);
  };
  return files.flatMap(({ path, tracks }) => {
    const isPackaged = ({ trackId }: MovieCaptions) =>
      packaged.some((one) => one.path === path && one.trackId === trackId);
    const left = tracks.filter(
      (track) => !isAskedFor(track) && !isPackaged(track),
    );
    const reasons = [...new Set(left.map(({ type }) => TAKEN_BY[type]))];
    return reasons.map((value) => {
      const some = left.filter(({ type }) => TAKEN_BY[type] === value);
      return leftOutNote(basename(path), some, value);
    });
  });
}

function leftOutNote(
  file: string,
  tracks: readonly MovieCaptions[],
  value: string | undefined,
): string {
  const isOne = tracks.length === 1;
  const each = tracks
    .map(({ trackId, type, language }) => `${trackId} ${type} ${language}`)
    .join(", ");
  const numbers = `(${isOne ? "track" : "tracks"} ${each})`;
  const what = isOne
    ? "1 caption track is"
    : `${tracks.length} caption tracks are`;
  const why =
    value === undefined
      ? "captions of this kind are not read"
      : `--captions ${value} takes ${isOne ? "it" : "them"}`;
  return `${file}: ${what} left out ${numbers}: ${why}`;
}

/** The inputs for the code that takes captions out of them with ffmpeg. */
export async function captionedInputs(
  inputs: readonly MuxInput[],
  zero: Ticks,
  options: ToolPaths & { readonly signal?: AbortSignal | undefined },
): Promise<FilmInside> {
  const { findTools } = await import("../ffmpeg/find.js");
  const { textInside } = await import("../probe/text-inside.js");
  const tools = await findTools(options);
  const paths = pathsOf(inputs);
  const folders = await Promise.all(paths.map(isFolder));
  // ffmpeg reads no folder of fragments.
  const readable = paths.filter((_, i) => !folders[i]);
  const files = await Promise.all(
    readable.map(async (path) => ({
      ...(await textInside(path, tools, options.signal)),
      clock: () => (time: Ticks) => time - zero,
    })),
  );
  return { files, tools };
}
