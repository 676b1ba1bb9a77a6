import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { FfprobeStream } from "./ask-ffprobe.js";
import { streamError, isCoverArt, neverComes } from "./stream-facts.js";

/** The user's settings for the streams of a source. Numbers are ffprobe's, which `plan` shows. */
export interface StreamSettings {
  /** Number of the picture to package. Default: the stream that is a film. */
  readonly video?: number | undefined;
  /**
   * The sounds to package, the default one first: languages and numbers such as
   * `eng,deu` or `2,3`. `1+2` joins mono streams into one sound; `all` takes all;
   * `default` takes the main sound alone. Default: the main sound of each language,
   * without commentary and audio description.
   */
  readonly audio?: number | string | undefined;
  /**
   * Language of sounds: `eng` for those without a language in the file, `2=eng` for
   * stream 2, whatever the file says.
   */
  readonly language?: string | readonly string[] | undefined;
  /** Of each language take a sound with 5.1 where there is one. */
  readonly surround?: boolean | undefined;
}

/** The same settings, checked. */
export interface StreamChoice {
  readonly video?: number | undefined;
  readonly audio?: "all" | "default" | readonly AudioChoice[] | undefined;
  /** ISO 639-2/T, for sounds without a language in the file. */
  readonly language?: string | undefined;
  /** The same for single streams. */
  readonly languages?: ReadonlyMap<number, string> | undefined;
  readonly surround?: boolean | undefined;
}

/** One sound of a source, by its streams or by its language. */
export type AudioChoice =
  | {
      /** Several are mono, and the channels of one sound in this order. */
      readonly streams: readonly number[];
    }
  | {
      /** ISO 639-2/T. */
      readonly language: string;
    };

/** This many mono streams can be one sound: stereo and 5.1. */
const JOINABLE: readonly number[] = [2, 6];

/** @throws PackError `usage` naming the option, what it holds and what was expected */
export function streamChoice({
  video,
  audio,
  language = [],
  surround,
}: StreamSettings): StreamChoice {
  if (video !== undefined && !isNumber(video))
    throw wrongChoice("--video", video, "the number of a stream, such as 1");
  return {
    ...{ video, surround },
    audio: audio === undefined ? undefined : audioChoice(String(audio)),
    ...languageChoice(typeof language === "string" ? [language] : language),
  };
}

function audioChoice(text: string): StreamChoice["audio"] {
  if (text === "all" || text === "default") return text;
  const choices = text.split(",").map((item) => oneAudioChoice(item, text));
  const numbers = choices.flatMap((each) =>
    "streams" in each ? each.streams : [],
  );
  if (new Set(numbers).size === numbers.length) return choices;
  throw wrongChoice("--audio", text, "each stream once");
}

function oneAudioChoice(item: string, text: string): AudioChoice {
  if (/^[a-z]{2,3}([-_]\w+)?$/i.test(item)) {
    const language = toLanguage(item);
    if (language !== "und" || item === "und") return { language };
  }
  const streams = /^\d{1,5}(\+\d{1,5})*$/.test(item)
    ? item.split("+").map(Number)
    : [];
  const count = new Set(streams).size;
  const isOneAudio = count === 1 || JOINABLE.includes(count);
  if (isOneAudio && count === streams.length) return { streams };
  throw wrongChoice(
    "--audio",
    text,
    "all, default, languages such as eng,deu, or numbers of streams, such as 2,3, or two or six of mono streams, such as 1+2",
  );
}

/** Values such as `eng`, `2=eng`. */
function languageChoice(
  words: readonly string[],
): Pick<StreamChoice, "language" | "languages"> {
  const languages = new Map<number, string>();
  const all: string[] = [];
  for (const word of words) {
    const [, stream, tag] = /^(\d{1,5})=(.*)$/.exec(word) ?? [];
    if (stream === undefined) all.push(checkedLanguage(word));
    else languages.set(Number(stream), checkedLanguage(tag ?? ""));
  }
  if (all.length > 1)
    throw wrongChoice(
      "--language",
      words.join(", "),
      "one language of all sounds without one, and STREAM=LANGUAGE, such as 2=deu, of single ones",
    );
  return {
    ...(all[0] !== undefined && { language: all[0] }),
    ...(languages.size > 0 && { languages }),
  };
}

function checkedLanguage(tag: string): string {
  const language = toLanguage(tag);
  if (language !== "und" || tag === "und") return language;
  throw wrongChoice(
    "--language",
    tag,
    "a language of ISO 639, such as eng or en, or STREAM=LANGUAGE, such as 2=eng",
  );
}

/** The language of a sound: the user's for this stream, else the file's, else the user's for all others. */
export function languageOf(
  stream: FfprobeStream,
  choice: StreamChoice,
): string {
  const language = toldLanguage(stream, choice);
  return language === "und" ? (choice.language ?? "und") : language;
}

/** The same, but `und` where only the user's language for all others is left. */
export function toldLanguage(
  { index, tags }: FfprobeStream,
  { languages }: StreamChoice,
): string {
  return languages?.get(index) ?? toLanguage(tags?.["language"]);
}

function isNumber(stream: number): boolean {
  return Number.isInteger(stream) && stream >= 0;
}

export function wrongChoice(
  option: string,
  found: string | number,
  expected: string,
): PackError {
  return new PackError(
    "usage",
    `${option} is "${found}". Expected ${expected}.`,
    { facts: { option, found, expected } },
  );
}

/**
 * The stream that the user names as the picture. @throws PackError `usage`, or `input`
 * when it cannot be decoded
 */
export function namedVideo(
  index: number,
  streams: readonly FfprobeStream[],
  path: string,
): FfprobeStream {
  return named(index, { option: "--video", kind: "video", streams, path });
}

/** The streams that the user names as one sound. @throws PackError as {@link namedVideo} does */
export function namedAudio(
  indexes: readonly number[],
  streams: readonly FfprobeStream[],
  path: string,
): readonly FfprobeStream[] {
  const audioStreams = indexes.map((index) =>
    named(index, { option: "--audio", kind: "audio", streams, path }),
  );
  const wide = audioStreams.find(({ channels }) => channels !== 1);
  if (audioStreams.length > 1 && wide !== undefined) {
    throw wrongChoice(
      "--audio",
      indexes.join("+"),
      `mono streams to join; of ${path} stream ${wide.index} has ${wide.channels} channels`,
    );
  }
  return audioStreams;
}

/** @throws PackError `usage` when the user gives a language to a stream that is neither sound nor text of the file */
export function requireLanguageStreams(
  { languages = new Map() }: StreamChoice,
  streams: readonly FfprobeStream[],
  path: string,
): void {
  const spoken = streams.filter(({ codec_type: type = "" }) =>
    ["audio", "subtitle"].includes(type),
  );
  const indexes = spoken.map(({ index }) => index);
  for (const [index, language] of languages)
    if (!indexes.includes(index))
      throw wrongChoice(
        "--language",
        `${index}=${language}`,
        `the number of a sound or of captions of ${path}: ${indexes.join(", ") || "it has none"}`,
      );
}

interface StreamSearch {
  readonly option: string;
  readonly kind: "video" | "audio";
  readonly streams: readonly FfprobeStream[];
  readonly path: string;
}

function named(index: number, search: StreamSearch): FfprobeStream {
  const { option, kind, streams, path } = search;
  const ofKind = streams.filter(
    (stream) => stream.codec_type === kind && !isCoverArt(stream),
  );
  const stream = ofKind.find((each) => each.index === index);
  const what = kind === "video" ? "picture" : "sound";
  if (stream === undefined) {
    const numbers = ofKind.map((each) => each.index).join(", ");
    const expected =
      numbers === "" ? `no such option: it has no ${what}` : numbers;
    throw wrongChoice(
      option,
      index,
      `the number of a ${what} of ${path}: ${expected}`,
    );
  }
  const fault = neverComes(stream) ? "never comes" : streamError(stream);
  if (fault === undefined) return stream;
  throw new PackError(
    "input",
    `${path}: its ${what} (stream ${index}) ${fault}.`,
    {
      facts: { file: path, stream: index },
    },
  );
}
