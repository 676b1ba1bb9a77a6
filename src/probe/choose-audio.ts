import { type FfprobeStream, numberOr } from "./ask-ffprobe.js";
import { bestAudio, sideRole } from "./default-stream.js";
import {
  languageOf,
  namedAudio,
  type AudioChoice,
  type StreamChoice,
  toldLanguage,
  wrongChoice,
} from "./stream-choice.js";
import { streamSeconds } from "./stream-facts.js";

/** A sound of a source that is packaged. */
export interface ChosenAudio {
  /** Several streams are mono, and are the channels of this sound. */
  readonly streams: readonly [FfprobeStream, ...FfprobeStream[]];
  /** The reason in words. */
  readonly reason: string;
}

/**
 * The sounds to package, the default one first. Without a setting of the user: the main
 * sound, then the main one of each other language in the order of the file.
 *
 * @param sounds those that can be decoded
 */
export function chooseAudio(
  sounds: readonly FfprobeStream[],
  choice: StreamChoice,
): ChosenAudio[] {
  const [main, ...others] = groupsOf(sounds, choice);
  if (main === undefined) return [];
  const chosen = { streams: main, reason: "the main sound" };
  switch (choice.audio) {
    case "default":
      return withSurround([chosen], sounds, choice);
    case "all":
      return [chosen, ...inFileOrder(others, "--audio all")];
    default: {
      const rest = inFileOrder(languages(main, others, choice));
      return withSurround([chosen, ...rest], sounds, choice);
    }
  }
}

/** Many films have stereo first, and 5.1 of the same language as a sound of its own. */
function withSurround(
  chosen: readonly ChosenAudio[],
  sounds: readonly FfprobeStream[],
  choice: StreamChoice,
): ChosenAudio[] {
  if (choice.surround !== true) return [...chosen];
  return chosen.map((one) => {
    const [first] = one.streams;
    const language = languageOf(first, choice);
    const larger = sounds.find(
      (each) =>
        (each.channels ?? 0) >= SURROUND_CHANNELS &&
        sideRole(each) === sideRole(first) &&
        languageOf(each, choice) === language,
    );
    const has =
      one.streams.length === SURROUND_CHANNELS ||
      (first.channels ?? 0) >= SURROUND_CHANNELS;
    if (has || larger === undefined) return one;
    return { streams: [larger], reason: `${one.reason}, the one with 5.1` };
  });
}

const SURROUND_CHANNELS = 6;

type Group = ChosenAudio["streams"];

/** One sound of each language other than the main sound's. */
function languages(
  main: Group,
  others: readonly Group[],
  choice: StreamChoice,
): Group[] {
  const takenLanguages = new Set([languageOf(main[0], choice)]);
  return others.filter(([first]) => {
    const language = languageOf(first, choice);
    if (!isForEverybody(first) || takenLanguages.has(language)) return false;
    takenLanguages.add(language);
    return true;
  });
}

function inFileOrder(
  groups: readonly Group[],
  reason = "the main sound of its language",
): ChosenAudio[] {
  return [...groups]
    .sort(([a], [b]) => a.index - b.index)
    .map((streams) => ({ streams, reason }));
}

/** True for a dub, in its language; false for a commentary, a description and clean speech. */
function isForEverybody(stream: FfprobeStream): boolean {
  return sideRole(stream) <= 1;
}

/**
 * The sounds that the user names, in that order.
 *
 * @param all also those that cannot be decoded
 * @param usableStreams those of the picture's program that can
 * @throws PackError `usage` for a stream or a language that is not there, `input` for one that cannot be decoded
 */
export function requestedAudio(
  requestedSounds: readonly AudioChoice[],
  all: readonly FfprobeStream[],
  usableStreams: () => readonly FfprobeStream[],
  choice: StreamChoice,
  path: string,
): ChosenAudio[] {
  const chosen: ChosenAudio[] = [];
  for (const one of requestedSounds) {
    const streams =
      "streams" in one
        ? namedAudio(one.streams, all, path)
        : ofLanguage(one.language, usableStreams(), choice, path);
    const [first, ...rest] = streams;
    const isTaken = chosen.some((each) =>
      each.streams.includes(first as never),
    );
    if (first === undefined || isTaken) continue;
    const word = "streams" in one ? one.streams.join("+") : one.language;
    chosen.push({ streams: [first, ...rest], reason: `--audio ${word}` });
  }
  return chosen;
}

function ofLanguage(
  language: string,
  sounds: readonly FfprobeStream[],
  choice: StreamChoice,
  path: string,
): Group {
  const groups = groupsOf(sounds, choice);
  const group = groups.find(
    ([first]) => languageOf(first, choice) === language,
  );
  if (group !== undefined) return group;
  const languages = new Set(sounds.map((each) => languageOf(each, choice)));
  throw wrongChoice(
    "--audio",
    language,
    `a language of the sounds of ${path}: ${languagesText(languages)}`,
  );
}

function languagesText(known: ReadonlySet<string>): string {
  if (known.size === 0) return "it has none";
  const unnamed = known.has("und") ? " (--language CODE names und)" : "";
  return `${[...known].join(", ")}${unnamed}`;
}

/** Why a sound is not packaged. */
export function leftOutReason(
  stream: FfprobeStream,
  chosen: readonly ChosenAudio[],
  ofProgram: readonly FfprobeStream[],
  choice: StreamChoice,
): string {
  if (choice.audio === "default") return "--audio default takes the main sound";
  if (typeof choice.audio === "object") return "--audio does not name it";
  if (!ofProgram.includes(stream)) return "it is of another program";
  const language = languageOf(stream, choice);
  const same = chosen.find(
    ({ streams: [first] }) => languageOf(first, choice) === language,
  );
  const role = SIDE_WORDS[sideRole(stream)];
  if (role !== undefined) return `it is ${role}; --audio all takes it too`;
  if (same === undefined) return "it is not asked for";
  const { streams } = same;
  const which = streams.map(({ index }) => index).join("+");
  const other = streams.length > 1 ? `the mono streams ${which}` : which;
  return `of its language (${language}) stream ${other} is packaged; --audio all takes both`;
}

/** Roles in words, by {@link sideRole}. */
const SIDE_WORDS: readonly (string | undefined)[] = [
  ...[undefined, undefined, "for the hard of hearing"],
  "a commentary or a description",
];

/** All sounds, the best first. Mono streams that are the channels of one sound form one group. */
function groupsOf(
  sounds: readonly FfprobeStream[],
  choice: StreamChoice,
  all = sounds,
): Group[] {
  const main = bestAudio(sounds);
  if (main === undefined) return [];
  const own = channelsOf(main, sounds, all, choice);
  const rest = sounds.filter((each) => !own.includes(each));
  return [own, ...groupsOf(rest, choice, all)];
}

/**
 * The streams that are the channels of one sound: cameras and editing programs write a
 * mono stream for each channel. Two streams are stereo, six are 5.1. Of four or eight
 * streams the first pair is the film's mix. Where the main sound is not the first of
 * them, the file tells them apart. The meaning of three streams is unknown.
 *
 * @param main of these sounds
 * @param all also those that are taken already
 */
function channelsOf(
  main: FfprobeStream,
  sounds: readonly FfprobeStream[],
  all: readonly FfprobeStream[],
  choice: StreamChoice,
): Group {
  const isLikeMain = (each: FfprobeStream) =>
    each === main || isAlike(each, main, choice);
  const alike = sounds.filter(isLikeMain);
  const count = all.filter(isLikeMain).length;
  if (alike[0] !== main || count % 2 === 1) return [main];
  return [main, ...alike.slice(1, count === 6 ? 6 : 2)];
}

/** True when nothing tells these two mono streams apart. */
function isAlike(
  a: FfprobeStream,
  b: FfprobeStream,
  choice: StreamChoice,
): boolean {
  return (
    [a, b].every(
      (each) =>
        each.channels === 1 &&
        toldLanguage(each, choice) === "und" &&
        sideRole(each) === 0,
    ) &&
    a.codec_name === b.codec_name &&
    a.sample_rate === b.sample_rate &&
    isNear(numberOr(a.start_time, 0), numberOr(b.start_time, 0)) &&
    isNear(streamSeconds(a), streamSeconds(b)) &&
    isOneName(a.tags?.["title"] ?? "", b.tags?.["title"] ?? "")
  );
}

/** Lengths of one sound's channels differ by a frame at most. */
const NEAR_SECONDS = 0.1;

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < NEAR_SECONDS;
}

function isOneName(a: string, b: string): boolean {
  return a === b || [a, b].every((name) => CHANNEL_NAME.test(name));
}

/** Names such as "Left", "Ls", "Ch 2", "Audio 1". */
const CHANNEL_NAME =
  /^(?:[lrc]|[lr][st]|lfe|(?:(?:front|back|side|surround) )?(?:left|right|cent(?:er|re))(?: surround)?|(?:audio|track|channel|ch|mono|a)?[ ._-]*\d*)$/i;
