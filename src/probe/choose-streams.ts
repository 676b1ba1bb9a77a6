import { PackError } from "../errors.js";
import { hasNoList, listingCommand } from "../tools/reading.js";
import type { FfprobeReport, FfprobeStream } from "./ffprobe-json.js";

/** The streams of a file that are packaged. */
export interface ChosenStreams {
  readonly video: FfprobeStream | undefined;
  readonly audio: FfprobeStream | undefined;
}

/**
 * Chooses the picture and the sound to package: those that the file marks as
 * default, else the first.
 *
 * @param path for messages
 * @throws PackError `input` when there is neither, or when the only picture or
 * the only sound cannot be decoded: what the file shows must not be left out unsaid
 */
export function chooseStreams(
  report: FfprobeReport,
  path: string,
): ChosenStreams {
  const streams = report.streams ?? [];
  const isLate = hasNoList(report.format?.format_name ?? "");
  const hint = isLate ? lateHint(path) : undefined;
  const video = choose(
    streams.filter(
      (stream) => stream.codec_type === "video" && !isCoverArt(stream),
    ),
    path,
    hint,
  );
  const audio = choose(
    streams.filter((stream) => stream.codec_type === "audio"),
    path,
    hint,
  );
  if (video === undefined && audio === undefined) {
    throw new PackError(
      "input",
      `${path}: has neither a picture nor a sound stream.`,
    );
  }
  return { video, audio };
}

export function isCoverArt(stream: FfprobeStream): boolean {
  return stream.disposition?.["attached_pic"] === 1;
}

function choose(
  streams: readonly FfprobeStream[],
  path: string,
  hint: string | undefined,
): FfprobeStream | undefined {
  const good = streams.filter((stream) => faultOf(stream) === undefined);
  const [bad] = streams;
  if (good.length === 0 && bad !== undefined) {
    const what = bad.codec_type === "video" ? "picture" : "sound";
    throw new PackError(
      "input",
      `${path}: its ${what} (stream ${bad.index}) ${faultOf(bad)}.`,
      { facts: { file: path, stream: bad.index }, ...(hint && { hint }) },
    );
  }
  const isDefault = ({ disposition }: FfprobeStream) =>
    disposition?.["default"] === 1;
  return good.find(isDefault) ?? good[0];
}

/** A broadcast names streams before they begin. */
function lateHint(path: string): string {
  return `If it begins late in the file, write the file anew: ${listingCommand(path, 1000)}`;
}

/** Why a stream cannot be decoded; undefined when it can, as far as ffprobe tells. */
function faultOf(stream: FfprobeStream): string | undefined {
  const tag = stream.codec_tag_string ?? "";
  if (ENCRYPTED_ENTRIES.includes(tag)) return `is encrypted (${tag})`;
  const codec = stream.codec_name ?? "unknown";
  if (codec === "unknown" || codec === "none")
    return `has a codec that this ffmpeg does not know (${tag})`;
  const size = stream.codec_type === "video" ? stream.width : stream.channels;
  if ((size ?? 0) === 0) return `cannot be read: ${codec} without its header`;
  return undefined;
}

/** Sample entries of protected tracks. ISO/IEC 14496-12 8.12; `drmi` and `drms` are Apple's */
const ENCRYPTED_ENTRIES = ["encv", "enca", "drmi", "drms"];
