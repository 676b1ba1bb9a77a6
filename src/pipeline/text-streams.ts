import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  captionsBeside,
  parseCaptionArgument,
  type CaptionFile,
} from "../captions/names.js";
import { AUTO, isInside, isOfEach } from "../captions/embedded.js";
import type { Cue } from "../captions/cue.js";
import {
  readCaptions,
  type CaptionOptions,
  type Captions,
} from "../captions/read-captions.js";
import { PackError, throwIfAborted } from "../errors.js";
import { isUrl } from "../ffmpeg/input-options.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { TextPlan } from "../plan/encode-plan.js";
import type { SourceText } from "../probe/source-info.js";
import type {
  FilmInside,
  GivenCaptions,
  InsideParts,
} from "./inside-captions.js";
import {
  hashOf,
  keepForMux,
  readCaptionFile,
  readExtracted,
} from "./text-files.js";

/** The film of the captions. */
export interface CaptionedFilm {
  readonly path: string;
  /** Of the package. */
  readonly name: string;
  readonly seconds: number;
  /** The files of the film, for the captions inside them. */
  readonly inside?: () => Promise<FilmInside>;
}

/** A nominal value: so few bytes decide nothing, and clients choose captions by their language. */
const NOMINAL_BITRATE = 1000;

export interface PlannedCaptions {
  readonly streams: readonly TextPlan[];
  readonly notes: readonly string[];
  /** The streams of the film that became captions. */
  readonly taken: readonly SourceText[];
}

/**
 * Reads all captions, to report a fault before hours of encoding. A file with a fault is
 * refused; a stream of the film with a fault is left out with a note.
 *
 * @param captions values of CaptionSettings
 */
export async function planCaptions(
  captions: readonly string[],
  encoding: string | undefined,
  film: CaptionedFilm,
  signal?: AbortSignal,
): Promise<PlannedCaptions> {
  const streams: TextPlan[] = [];
  const taken: SourceText[] = [];
  const inside = await insideOf(captions, film, signal);
  const notes = [...inside.notes];
  const duration = Math.round(film.seconds * SMOOTH_TIMESCALE);
  for (const given of await givenCaptions(captions, film.path, inside.parts)) {
    throwIfAborted(signal);
    const { source, label, text, language, kind } = given;
    const options = { encoding, duration };
    const bytes = text?.bytes ?? (await readCaptionFile(source.path));
    const read = await readGiven(given, bytes, options);
    if (typeof read === "string") {
      notes.push(read);
      continue;
    }
    const { cues, warnings, shift, latest } = read;
    notes.push(...warnings, ...languageNotes(given));
    const stem = freeStem(language, streams);
    const stream: TextPlan = {
      ...({ kind: "text", name: `text_${stem}`, language } as const),
      subtype: kind === "caption" ? "CAPT" : "SUBT",
      source: {
        ...{ ...source, content: hashOf(bytes) },
        ...(shift > 0 && { shift }),
      },
      encoding,
      cues: cues.length,
      rungs: [
        {
          ...({ kind: "text", codec: "ttml", name: `text ${stem}` } as const),
          file: `${film.name}_${stem}.ismt`,
          bitrate: NOMINAL_BITRATE,
        },
      ],
    };
    streams.push(stream);
    const extracted = text && { ...text, label };
    keepForMux(stream, cues, { extracted, duration, latest });
    const { stream: index } = source;
    if (index !== undefined && taken.every((one) => one.index !== index))
      taken.push(sourceText(given, index, cues));
  }
  return { streams, notes, taken };
}

type Read = Omit<Captions, "format" | "encoding">;

/** @returns the reason why a stream of the film is left out */
async function readGiven(
  { label, text }: GivenCaptions,
  bytes: Uint8Array,
  options: CaptionOptions,
): Promise<Read | string> {
  if (text === undefined) {
    const read = await readCaptions(bytes, label, options);
    requireCues(read.cues.length, label);
    return read;
  }
  if (text.isEmpty) return `${label} is left out: it has no captions`;
  try {
    return await readExtracted({ ...text, label }, options);
  } catch (error) {
    if (!(error instanceof PackError) || error.code !== "input") throw error;
    const why = error.message.replace(`${label}: `, "").replace(/\.$/, "");
    return `${label} is left out: ${why}`;
  }
}

function sourceText(
  { language, codec = "" }: GivenCaptions,
  index: number,
  cues: readonly Cue[],
): SourceText {
  const seconds = (time: Ticks) => time / SMOOTH_TIMESCALE;
  const begin = seconds(cues[0]?.begin ?? 0);
  const end = seconds(cues.reduce((most, cue) => Math.max(most, cue.end), 0));
  return {
    ...({ kind: "text", index, codec, language } as const),
    ...{ startSeconds: begin, durationSeconds: end - begin },
  };
}

/** In the given order. A file that is named and also lies beside the film is taken once. */
async function givenCaptions(
  captions: readonly string[],
  film: string,
  inside: InsideParts,
): Promise<GivenCaptions[]> {
  const named = captions.flatMap((value) =>
    isOfEach(value) ? [] : parseCaptionArgument(value),
  );
  requireDistinct(named);
  const names = new Set(named.map(({ file }) => resolve(file)));
  const beside = captions.includes(AUTO) ? await filesBeside(film) : [];
  const others = beside.filter(({ file }) => !names.has(file));
  return [...new Set(captions)].flatMap((value) => {
    if (isInside(value)) return inside.get(value) ?? [];
    const files = value === AUTO ? others : [parseCaptionArgument(value)];
    return files.map(ofFile);
  });
}

function ofFile({ file, language, kind }: CaptionFile): GivenCaptions {
  const source = { path: resolve(file) };
  return { label: file, source, language, kind };
}

/** Reads the film only when captions inside it are wanted: the code for it is loaded then. */
async function insideOf(
  captions: readonly string[],
  film: CaptionedFilm,
  signal: AbortSignal | undefined,
): Promise<{ parts: InsideParts; notes: readonly string[] }> {
  const values = captions.filter(isInside);
  if (values.length === 0 || film.inside === undefined)
    return { parts: new Map(), notes: [] };
  const { captionsInside } = await import("./inside-captions.js");
  return captionsInside(values, await film.inside(), signal);
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

function requireCues(count: number, file: string): void {
  if (count > 0) return;
  throw new PackError(
    "input",
    `${file}: has no captions. Expected at least one with a time and a text.`,
  );
}

function languageNotes({ label, language, source }: GivenCaptions): string[] {
  const { stream, channel } = source;
  const option =
    stream === undefined || channel !== undefined
      ? `--captions ${channel ?? label}=eng`
      : `--language ${stream}=eng`;
  return language === "und"
    ? [
        `${label}: its language is not known; players show it without a name. ${option} says it`,
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
