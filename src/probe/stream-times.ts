import { numberOr, type FfprobeStream } from "./ffprobe-json.js";

/** When a file begins on its own clock, and how long it is. */
export interface FileTimes {
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/** Start relative to the file's own start (MPEG-TS begins at 1.4 s), and length. */
export function timesOf(stream: FfprobeStream, file: FileTimes) {
  const start = numberOr(stream.start_time, file.startSeconds);
  const startSeconds = start - file.startSeconds;
  const end = taggedEnd(stream);
  const untold =
    end === undefined ? file.durationSeconds - startSeconds : end - start;
  const durationSeconds = numberOr(stream.duration, untold);
  return { startSeconds, durationSeconds };
}

/** Matroska keeps when a stream ends, on the file's own clock, in a tag such as "00:00:08.040000000". */
export function taggedEnd(stream: FfprobeStream): number | undefined {
  const match = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(
    stream.tags?.["DURATION"] ?? "",
  );
  if (match === null) return undefined;
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}
