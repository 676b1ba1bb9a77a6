import { PackError } from "../errors.js";
import { hasNoList, listingCommand } from "../ffmpeg/input-options.js";
import { toLanguage } from "../media/language.js";
import { bestPicture, bestSound, sideRole } from "./best-stream.js";
import {
  type FfprobeReport,
  type FfprobeStream,
  numberOr,
} from "./ffprobe-json.js";
import {
  namedPicture,
  namedSound,
  type StreamChoice,
} from "./stream-choice.js";
import {
  encryptionOf,
  faultOf,
  isCoverArt,
  neverComes,
  secondsOf,
} from "./stream-facts.js";

/** The streams of a file that are packaged. */
export interface ChosenStreams {
  readonly video: FfprobeStream | undefined;
  /** Several are mono, and the channels of one sound; none when there is no sound. */
  readonly audio: readonly FfprobeStream[];
}

/**
 * Chooses the picture and the sound to package: those that the user names, else
 * the film and the main sound of its program.
 *
 * @param path for messages
 * @throws PackError `input` when there is neither, or when the only picture or
 * the only sound cannot be decoded: what the file shows must not be left out
 * unsaid; `usage` when the user names a stream that cannot be it
 */
export function chooseStreams(
  report: FfprobeReport,
  path: string,
  choice: StreamChoice = {},
): ChosenStreams {
  const streams = report.streams ?? [];
  const isLate = hasNoList(report.format?.format_name ?? "");
  const file = { path, hint: isLate ? lateHint(path) : undefined };
  const video =
    choice.video === undefined
      ? bestPicture(usable(streams, "video", file))
      : namedPicture(choice.video, streams, path);
  const audio =
    choice.audio === undefined
      ? mainSound(ofProgram(video, usable(streams, "audio", file), report))
      : namedSound(choice.audio, streams, path);
  if (video === undefined && audio.length === 0) {
    throw new PackError(
      "input",
      `${path}: has neither a picture nor a sound stream.`,
    );
  }
  return { video, audio };
}

function mainSound(sounds: readonly FfprobeStream[]): readonly FfprobeStream[] {
  const main = bestSound(sounds);
  return main === undefined ? [] : channelsOf(main, sounds);
}

/** A broadcast may carry several channels: the sound of another one is not this picture's. */
function ofProgram(
  video: FfprobeStream | undefined,
  sounds: readonly FfprobeStream[],
  { programs = [] }: FfprobeReport,
): readonly FfprobeStream[] {
  const beside = programs
    .map(({ streams = [] }) => streams.map(({ index }) => index))
    .filter((indexes) => video !== undefined && indexes.includes(video.index));
  const own = sounds.filter(({ index }) =>
    beside.some((indexes) => indexes.includes(index)),
  );
  return own.length > 0 ? own : sounds;
}

/** Streams of a kind that can be decoded; what is declared and never comes is not there. */
function usable(
  streams: readonly FfprobeStream[],
  kind: "video" | "audio",
  { path, hint }: { path: string; hint: string | undefined },
): readonly FfprobeStream[] {
  const there = streams.filter(
    (stream) =>
      stream.codec_type === kind && !isCoverArt(stream) && !neverComes(stream),
  );
  const good = there.filter((stream) => faultOf(stream) === undefined);
  const [bad] = there;
  if (good.length > 0 || bad === undefined) return good;
  const what = kind === "video" ? "picture" : "sound";
  throw new PackError(
    "input",
    `${path}: its ${what} (stream ${bad.index}) ${faultOf(bad)}.`,
    { facts: { file: path, stream: bad.index }, ...hintFor(bad, hint) },
  );
}

function hintFor(stream: FfprobeStream, otherwise: string | undefined) {
  const hint =
    encryptionOf(stream) === undefined
      ? otherwise
      : "Give the file as it was before it was encrypted.";
  return hint === undefined ? {} : { hint };
}

/** A broadcast names streams before they begin. */
function lateHint(path: string): string {
  return `If it begins late in the file, write the file anew: ${listingCommand(path, 1000)}`;
}

/**
 * The streams that are the channels of one sound: cameras and editing programs
 * write a mono stream for each. Two are stereo, six are 5.1; of four or eight
 * the first pair is the film's mix. Where the main sound is not the first of
 * them the file tells them apart, and where there are three nobody knows.
 *
 * @param main of these sounds
 */
function channelsOf(
  main: FfprobeStream,
  sounds: readonly FfprobeStream[],
): readonly FfprobeStream[] {
  const alike = sounds.filter((each) => each === main || isAlike(each, main));
  if (alike[0] !== main || alike.length % 2 === 1) return [main];
  return alike.length === 6 ? alike : alike.slice(0, 2);
}

/** Nothing tells these two mono streams apart. */
function isAlike(a: FfprobeStream, b: FfprobeStream): boolean {
  return (
    [a, b].every(
      (each) =>
        each.channels === 1 &&
        toLanguage(each.tags?.["language"]) === "und" &&
        sideRole(each) === 0,
    ) &&
    a.codec_name === b.codec_name &&
    a.sample_rate === b.sample_rate &&
    isNear(numberOr(a.start_time, 0), numberOr(b.start_time, 0)) &&
    isNear(secondsOf(a), secondsOf(b)) &&
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

/** Such as "Left", "Ls", "Ch 2", "Audio 1". */
const CHANNEL_NAME =
  /^(?:[lrc]|[lr][st]|lfe|(?:(?:front|back|side|surround) )?(?:left|right|cent(?:er|re))(?: surround)?|(?:audio|track|channel|ch|mono|a)?[ ._-]*\d*)$/i;
