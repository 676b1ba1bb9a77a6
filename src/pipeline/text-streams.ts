import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  captionsBeside,
  parseCaptionArgument,
  type CaptionFile,
} from "../captions/names.js";
import { MOST_CAPTION_BYTES, readCaptions } from "../captions/read-captions.js";
import { cutIntoFragments } from "../captions/write-ttml.js";
import { messageOf, PackError, throwIfAborted } from "../errors.js";
import { isUrl } from "../ffmpeg/input-options.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { textTrack } from "../mux/text-track.js";
import type { PlannedFile } from "../mux/track-file.js";
import type { TextPlan } from "../plan/encode-plan.js";

/** The film of the captions. */
export interface CaptionedFilm {
  readonly path: string;
  /** Of the package. */
  readonly name: string;
  readonly seconds: number;
}

/** A nominal value: so few bytes decide nothing, and clients choose captions by their language. */
const NOMINAL_BITRATE = 1000;

export interface PlannedCaptions {
  readonly streams: readonly TextPlan[];
  readonly notes: readonly string[];
}

/**
 * Reads all caption files, to report a fault before hours of encoding.
 *
 * @param captions values of CaptionSettings; undefined stands for the files beside the
 * film
 */
export async function planCaptions(
  captions: readonly (string | undefined)[],
  encoding: string | undefined,
  film: CaptionedFilm,
  signal?: AbortSignal,
): Promise<PlannedCaptions> {
  const streams: TextPlan[] = [];
  const notes: string[] = [];
  const duration = Math.round(film.seconds * SMOOTH_TIMESCALE);
  for (const { file, language, kind } of await filesOf(captions, film.path)) {
    throwIfAborted(signal);
    const bytes = await readCaptionFile(file);
    const options = { encoding, duration };
    const { cues, warnings } = await readCaptions(bytes, file, options);
    requireCues(cues.length, file);
    notes.push(...warnings, ...languageNotes(file, language));
    const stem = freeStem(language, streams);
    streams.push({
      ...({ kind: "text", name: `text_${stem}`, language } as const),
      subtype: kind === "caption" ? "CAPT" : "SUBT",
      source: { path: resolve(file), content: hashOf(bytes) },
      encoding,
      cues: cues.length,
      rungs: [
        {
          ...({ kind: "text", codec: "ttml", name: `text ${stem}` } as const),
          file: `${film.name}_${stem}.ismt`,
          bitrate: NOMINAL_BITRATE,
        },
      ],
    });
  }
  return { streams, notes };
}

/** In the given order. A file that is named and also lies beside the film is taken once. */
async function filesOf(
  captions: readonly (string | undefined)[],
  film: string,
): Promise<CaptionFile[]> {
  const named = captions.flatMap((value) =>
    value === undefined ? [] : parseCaptionArgument(value),
  );
  requireDistinct(named);
  const names = new Set(named.map(({ file }) => resolve(file)));
  const beside = captions.includes(undefined) ? await filesBeside(film) : [];
  const others = beside.filter(({ file }) => !names.has(file));
  const first = captions.indexOf(undefined);
  return captions.flatMap((value, i) => {
    if (value !== undefined) return parseCaptionArgument(value);
    return i === first ? others : [];
  });
}

function requireDistinct(files: readonly CaptionFile[]): void {
  const paths = files.map(({ file }) => resolve(file));
  const twice = files.find((_, i) => paths.indexOf(paths[i] ?? "") !== i);
  if (twice === undefined) return;
  throw new PackError(
    "usage",
    `--captions ${twice.file} is given twice. Expected each file once.`,
  );
}

/**
 * The caption files that belong to a film by their names, with absolute paths; empty for
 * an address.
 */
export async function filesBeside(film: string): Promise<CaptionFile[]> {
  if (isUrl(film)) return [];
  const folder = dirname(resolve(film));
  const names = await readdir(folder).catch(() => []);
  return captionsBeside(basename(film), names).map((captionFile) => ({
    ...captionFile,
    file: join(folder, captionFile.file),
  }));
}

/** @throws PackError `input` */
async function readCaptionFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    // The reader rejects a larger file, and needs only the beginning for that.
    if (size <= MOST_CAPTION_BYTES) return await readFile(path);
    return new Uint8Array(MOST_CAPTION_BYTES + 1);
  } catch (cause) {
    throw new PackError("input", `${path}: ${messageOf(cause)}`, {
      hint: "Expected a caption file: --captions FILE, FILE=eng or FILE=eng,caption.",
      cause,
    });
  }
}

function requireCues(count: number, file: string): void {
  if (count > 0) return;
  throw new PackError(
    "input",
    `${file}: has no captions. Expected at least one with a time and a text.`,
  );
}

function languageNotes(file: string, language: string): string[] {
  return language === "und"
    ? [
        `${file}: its language is not known; players show it without a name. --captions ${file}=eng says it`,
      ]
    : [];
}

/** The language, with a number when it is taken. */
function freeStem(language: string, streams: readonly TextPlan[]): string {
  const names = streams.map((stream) => stream.name);
  let stem = language;
  for (let number = 2; names.includes(`text_${stem}`); number++)
    stem = `${language}_${number}`;
  return stem;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Where the fragments of the picture begin, or of the sound when there is no picture. */
export interface TextCuts {
  /** Ascending, in 10 MHz ticks. */
  readonly times: readonly Ticks[];
  /** Of the last fragment, in 10 MHz ticks. */
  readonly end: Ticks;
}

/** See plannedText in captions.ts. */
export async function textFiles(
  streams: readonly TextPlan[],
  { times, end }: TextCuts,
  folder: string,
  target: string,
): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  for (const stream of streams)
    files.push(await captionFile(stream, times, end, folder, target));
  return files;
}

async function captionFile(
  stream: TextPlan,
  times: readonly Ticks[],
  end: Ticks,
  folder: string,
  target: string,
): Promise<PlannedFile> {
  const { source, encoding, language, subtype, name, rungs } = stream;
  const bytes = await readCaptionFile(source.path);
  if (hashOf(bytes) !== source.content)
    throw new PackError("input", `${source.path}: changed during the run.`, {
      hint: "Wait until the file is complete, and run the same command again.",
    });
  const options = { encoding, duration: end };
  const { cues } = await readCaptions(bytes, source.path, options);
  const windows = times.map((time, i) => ({
    time,
    duration: (times[i + 1] ?? end) - time,
  }));
  const track = await textTrack(
    ...([cutIntoFragments(cues, windows, { language }), times, end] as const),
    { language, subtype },
    join(folder, `${name}.ttml`),
  );
  const fragments = windows.map((window, i) => ({
    ...window,
    ...{ firstSample: i, endSample: i + 1 },
  }));
  const [{ file, bitrate }] = rungs;
  return {
    ...{ path: join(target, file), file, track, fragments },
    ...{ bitrate, stream: name },
  };
}
