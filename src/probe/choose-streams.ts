import { PackError } from "../errors.js";
import { hasNoList, listingCommand } from "../ffmpeg/input-options.js";
import type { FfprobeReport, FfprobeStream } from "./ask-ffprobe.js";
import {
  chooseAudio,
  type ChosenAudio,
  leftOutReason,
  requestedAudio,
} from "./choose-audio.js";
import { bestVideo } from "./default-stream.js";
import {
  namedVideo,
  requireLanguageStreams,
  type StreamChoice,
} from "./stream-choice.js";
import {
  streamEncryption,
  streamError,
  isCoverArt,
  neverComes,
} from "./stream-facts.js";

/** The streams of a file that are packaged. */
export interface ChosenStreams {
  readonly video: FfprobeStream | undefined;
  /** The default one first. */
  readonly audio: readonly ChosenAudio[];
  /** Why a sound that could be packaged is not. */
  readonly leftOut: (stream: FfprobeStream) => string;
}

/**
 * Chooses the picture and the sounds to package: the user's, else the film and the main
 * sounds of its program.
 *
 * @param path for messages
 * @throws PackError `input` when there is neither, or when the only picture or the only
 * sound cannot be decoded: the package must not lack it without an error; `usage` when
 * the user names a stream that does not fit
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
      ? bestVideo(usableStreams(streams, "video", file))
      : namedVideo(choice.video, streams, path);
  requireLanguageStreams(choice, streams, path);
  const beside = () =>
    ofProgram(video, usableStreams(streams, "audio", file), report);
  const audio =
    typeof choice.audio === "object"
      ? requestedAudio(choice.audio, streams, beside, choice, path)
      : chooseAudio(beside(), choice);
  if (video === undefined && audio.length === 0) {
    throw new PackError(
      "input",
      `${path}: has neither a picture nor a sound stream.`,
    );
  }
  const leftOut = (stream: FfprobeStream) =>
    leftOutReason(stream, audio, ofProgram(video, streams, report), choice);
  return { video, audio, leftOut };
}

/**
 * Keeps the streams of one program. A broadcast may carry several channels, and the
 * sound of another channel does not belong to this picture.
 */
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

/** Streams of a kind that can be decoded. A declared stream without packets does not count. */
function usableStreams(
  streams: readonly FfprobeStream[],
  kind: "video" | "audio",
  { path, hint }: { path: string; hint: string | undefined },
): readonly FfprobeStream[] {
  const there = streams.filter(
    (stream) =>
      stream.codec_type === kind && !isCoverArt(stream) && !neverComes(stream),
  );
  const good = there.filter((stream) => streamError(stream) === undefined);
  const [bad] = there;
  if (good.length > 0 || bad === undefined) return good;
  const what = kind === "video" ? "picture" : "sound";
  throw new PackError(
    "input",
    `${path}: its ${what} (stream ${bad.index}) ${streamError(bad)}.`,
    { facts: { file: path, stream: bad.index }, ...hintFor(bad, hint) },
  );
}

function hintFor(stream: FfprobeStream, otherwise: string | undefined) {
  const hint =
    streamEncryption(stream) === undefined
      ? otherwise
      : "Give the file as it was before it was encrypted.";
  return hint === undefined ? {} : { hint };
}

/** A broadcast names streams before they begin. */
function lateHint(path: string): string {
  return `If it begins late in the file, write the file anew: ${listingCommand(path, 1000)}`;
}
