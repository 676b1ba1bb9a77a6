import { numberOr, type FfprobeStream } from "./ffprobe-json.js";

/** When a file begins on its own clock, and how long it is. */
export interface FileTimes {
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/**
 * When ffmpeg's time 0 is, on the file's own clock, and how long the file goes on
 * from there. It is the file's start; but where clocks may jump ffmpeg leaves out
 * of the account the streams that it does not decode, which may begin seconds earlier.
 *
 * @param chosen the streams that are decoded
 */
export function fromZero(
  file: FileTimes,
  container: string,
  chosen: readonly FfprobeStream[],
): FileTimes {
  const starts = chosen.map(({ start_time }) => numberOr(start_time, NaN));
  const first = Math.min(...starts.filter((start) => !Number.isNaN(start)));
  if (!JUMPING_CLOCKS.includes(container) || !Number.isFinite(first))
    return file;
  const end = file.startSeconds + file.durationSeconds;
  return { startSeconds: first, durationSeconds: end - first };
}

/** With clocks of 33 bits (ISO/IEC 13818-1), which start again after a day. */
const JUMPING_CLOCKS = ["mpegts", "mpeg"];

/** Start relative to time 0 (MPEG-TS begins at 1.4 s), and length. */
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
