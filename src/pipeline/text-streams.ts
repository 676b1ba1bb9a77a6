import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  captionsBeside,
  parseCaptionArgument,
  type CaptionFile,
} from "../captions/names.js";
import { AUTO, isInside, isOfEach } from "../captions/embedded.js";
import { hashOf } from "../captions/caption-file.js";
import {
  CaptionReader,
  type PackedCaptions,
} from "../captions/caption-thread.js";
import type { PackedCues } from "../captions/packed-cues.js";
import type { CaptionOptions } from "../captions/read-captions.js";
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
import { bytesOf } from "../util/files.js";
import {
  extractedOptions,
  keepForMux,
  type ExtractedText,
} from "./text-files.js";

/** The film of the captions. */
export interface CaptionedFilm {
  readonly path: string;
  /** Of the package. */
  readonly name: string;
  /** Its length; a function when its tables are still being read. */
  readonly seconds: number | (() => Promise<number>);
  /** What is packaged of it; left out: all. */
  readonly part?: {
    readonly startSeconds: number;
    readonly endSeconds: number;
  };
  /** The files of the film, for the captions inside them. */
  readonly inside?: () => Promise<FilmInside>;
  /** The captions of the packages that it is made of: they come first. */
  readonly packaged?: () => Promise<{
    readonly given: readonly GivenCaptions[];
    readonly notes: readonly string[];
  }>;
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
  const inside = await insideOf(captions, film, signal);
  const part = film.part && {
    from: ticksOf(film.part.startSeconds),
    to: ticksOf(film.part.endSeconds),
  };
  const packaged = await film.packaged?.();
  const all = [
    ...(packaged?.given ?? []),
    ...(await givenCaptions(captions, film.path, inside.parts)),
  ];
  const reader = new CaptionReader(await bytesOf(pathsOf(all)));
  try {
    const notesSoFar = [...(packaged?.notes ?? []), ...inside.notes];
    const planning = new Planning(film.name, notesSoFar);
    const { seconds } = film;
    const duration = ticksOf(
      typeof seconds === "number" ? seconds : await seconds(),
    );
    const options = { encoding, duration, part };
    const read = (given: GivenCaptions) => readGiven(given, reader, options);
    for await (const found of readAhead(all, reader.ahead, read)) {
      throwIfAborted(signal);
      planning.add(found, options);
    }
    const { streams, notes, taken } = planning;
    return { streams, notes, taken };
  } finally {
    await reader.close();
  }
}

/** Files alone are many and large; text inside the film is in memory already. */
function pathsOf(all: readonly GivenCaptions[]): string[] {
  return all.flatMap(({ text, source }) =>
    text === undefined ? [source.path] : [],
  );
}

/** Results in order, while this many are on their way. */
async function* readAhead<T, R>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const item of items) {
    const next = work(item);
    // Its turn reports a failure.
    next.catch(() => undefined);
    running.push(next);
    const first = running.length < count ? undefined : running.shift();
    if (first !== undefined) yield await first;
  }
  for (const rest of running) yield await rest;
}

function ticksOf(seconds: number): Ticks {
  return Math.round(seconds * SMOOTH_TIMESCALE);
}

type PlanningOptions = Pick<CaptionOptions, "encoding" | "part"> & {
  readonly duration: Ticks;
};

/** Streams, as they are planned one after another. */
class Planning {
  readonly streams: TextPlan[] = [];
  readonly notes: string[];
  readonly taken: SourceText[] = [];

  constructor(
    private readonly name: string,
    notes: readonly string[],
  ) {
    this.notes = [...notes];
  }

  add(
    { given, content, read }: Found,
    { encoding, duration, part }: PlanningOptions,
  ): void {
    if (typeof read === "string") {
      this.notes.push(read);
      return;
    }
    const { source, label, text, language } = given;
    const { cues, warnings, shift, latest } = read;
    if (part && cues.count === 0) {
      this.notes.push(`${label} is left out: it has no captions in this part`);
      return;
    }
    this.notes.push(...warnings, ...languageNotes(given));
    const stem = freeStem(language, this.streams);
    const stream: TextPlan = {
      ...({ kind: "text", name: `text_${stem}`, language } as const),
      subtype: given.kind === "caption" ? "CAPT" : "SUBT",
      source: {
        ...{ ...source, content },
        ...(shift > 0 && { shift }),
        ...(part && part.from > 0 && { from: part.from }),
      },
      encoding,
      cues: cues.count,
      rungs: [
        {
          ...({ kind: "text", codec: "ttml", name: `text ${stem}` } as const),
          file: `${this.name}_${stem}.ismt`,
          bitrate: NOMINAL_BITRATE,
        },
      ],
    };
    this.streams.push(stream);
    const extracted = text && { ...text, label };
    const length = part ? part.to - part.from : duration;
    keepForMux(stream, { cues, extracted, duration: length, latest });
    const { stream: index } = source;
    if (index !== undefined && this.taken.every((one) => one.index !== index))
      this.taken.push(sourceText(given, index, cues));
  }
}

interface Found {
  readonly given: GivenCaptions;
  /** Hash of the bytes. */
  readonly content: string;
  /** A sentence: why a stream of the film is left out. */
  readonly read: Read | string;
}

type Read = Omit<PackedCaptions, "format" | "encoding">;

async function readGiven(
  given: GivenCaptions,
  reader: CaptionReader,
  options: CaptionOptions,
): Promise<Found> {
  const { label, text, source } = given;
  if (text === undefined) {
    const read = await reader.read(source.path, label, options);
    if (!options.part) requireCues(read.cues.count, label);
    return { given, content: read.content, read };
  }
  const read = await readInside({ ...text, label }, reader, options);
  return { given, content: hashOf(text.bytes), read };
}

/** @returns the reason why a stream of the film is left out */
async function readInside(
  text: ExtractedText,
  reader: CaptionReader,
  options: CaptionOptions,
): Promise<Read | string> {
  const { label, bytes } = text;
  if (text.isEmpty) return `${label} is left out: it has no captions`;
  try {
    return await reader.read(bytes, label, extractedOptions(text, options));
  } catch (error) {
    if (!(error instanceof PackError) || error.code !== "input") throw error;
    const why = error.message.replace(`${label}: `, "").replace(/\.$/, "");
    return `${label} is left out: ${why}`;
  }
}

function sourceText(
  { language, codec = "" }: GivenCaptions,
  index: number,
  cues: PackedCues,
): SourceText {
  const seconds = (time: Ticks) => time / SMOOTH_TIMESCALE;
  const begin = seconds(cues.begin[0] ?? 0);
  const end = seconds(cues.end.reduce((most, one) => Math.max(most, one), 0));
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
