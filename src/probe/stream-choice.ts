import { PackError } from "../errors.js";
import { toLanguage } from "../media/language.js";
import type { FfprobeStream } from "./ffprobe-json.js";
import { faultOf, isCoverArt, neverComes } from "./stream-facts.js";

/** What the user says about the streams of a source. Numbers are ffprobe's, which `plan` shows. */
export interface StreamSettings {
  /** Number of the picture to package. Default: the stream that is a film. */
  readonly video?: number | undefined;
  /**
   * Number of the sound to package, or numbers of mono streams that are the
   * channels of one sound, such as `1+2`. Default: the main sound.
   */
  readonly audio?: number | string | undefined;
  /** Language of sound of which the file tells none, such as `eng`. */
  readonly language?: string | undefined;
}

/** The same, checked. */
export interface StreamChoice {
  readonly video?: number | undefined;
  readonly audio?: SoundChoice | undefined;
  /** ISO 639-2/T. */
  readonly language?: string | undefined;
}

/** One sound of a source. */
export interface SoundChoice {
  /** Several are mono, and the channels of one sound in this order. */
  readonly streams: readonly number[];
}

/** So many mono streams can be one sound: stereo and 5.1. */
const JOINABLE: readonly number[] = [2, 6];

/** @throws PackError `usage` naming the option, what it holds and what was expected */
export function streamChoice({
  video,
  audio,
  language,
}: StreamSettings): StreamChoice {
  if (video !== undefined && !isNumber(video))
    throw wrongChoice("--video", video, "the number of a stream, such as 1");
  return {
    video,
    audio: audio === undefined ? undefined : soundChoice(String(audio)),
    language: language === undefined ? undefined : checkedLanguage(language),
  };
}

function soundChoice(text: string): SoundChoice {
  const streams = /^\d{1,5}(\+\d{1,5})*$/.test(text)
    ? text.split("+").map(Number)
    : [];
  const count = new Set(streams).size;
  const isOneSound = count === 1 || JOINABLE.includes(count);
  if (isOneSound && count === streams.length) return { streams };
  throw wrongChoice(
    "--audio",
    text,
    "the number of a stream, such as 1, or two or six of mono streams, such as 1+2",
  );
}

function checkedLanguage(tag: string): string {
  const language = toLanguage(tag);
  if (language !== "und" || tag === "und") return language;
  throw wrongChoice(
    "--language",
    tag,
    "a language of ISO 639, such as eng or en",
  );
}

function isNumber(stream: number): boolean {
  return Number.isInteger(stream) && stream >= 0;
}

function wrongChoice(
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

/** The stream that the user names as picture. @throws PackError `usage`, or `input` when it cannot be decoded */
export function namedPicture(
  index: number,
  streams: readonly FfprobeStream[],
  path: string,
): FfprobeStream {
  return named(index, { option: "--video", kind: "video", streams, path });
}

/** The streams that the user names as one sound. @throws PackError as {@link namedPicture} does */
export function namedSound(
  { streams: indexes }: SoundChoice,
  streams: readonly FfprobeStream[],
  path: string,
): readonly FfprobeStream[] {
  const sounds = indexes.map((index) =>
    named(index, { option: "--audio", kind: "audio", streams, path }),
  );
  const wide = sounds.find(({ channels }) => channels !== 1);
  if (sounds.length > 1 && wide !== undefined) {
    throw wrongChoice(
      "--audio",
      indexes.join("+"),
      `mono streams to join; of ${path} stream ${wide.index} has ${wide.channels} channels`,
    );
  }
  return sounds;
}

interface Search {
  readonly option: string;
  readonly kind: "video" | "audio";
  readonly streams: readonly FfprobeStream[];
  readonly path: string;
}

function named(index: number, search: Search): FfprobeStream {
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
  const fault = neverComes(stream) ? "never comes" : faultOf(stream);
  if (fault === undefined) return stream;
  throw new PackError(
    "input",
    `${path}: its ${what} (stream ${index}) ${fault}.`,
    {
      facts: { file: path, stream: index },
    },
  );
}
