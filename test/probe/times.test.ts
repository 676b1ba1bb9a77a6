import { describe, expect, test } from "vitest";
import type {
  FfprobeFormat,
  FfprobeStream,
} from "../../src/probe/ask-ffprobe.js";
import { describeSource } from "../../src/probe/streams.js";
import { AAC, H264, without } from "./reports.js";

interface Times {
  readonly start_time?: string;
  readonly duration?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A stream as it is printed without any times, and these. */
function timed(stream: FfprobeStream, times: Times): FfprobeStream {
  return { ...without(stream, "start_time", "duration"), ...times };
}

/** Start and length of picture and sound. */
function timesOf(format: FfprobeFormat, video: Times, audio: Times) {
  const streams = [timed(H264, video), timed(AAC, audio)];
  const source = describeSource({ format, streams }, "/a", 1000);
  return source.streams.map(({ startSeconds, durationSeconds }) => [
    ...[startSeconds, durationSeconds],
  ]);
}

describe("streams begin and last", () => {
  test("as the file says, counted from the file's own start", () => {
    // MPEG-TS begins at 1.4 s; the sound 0.25 s later.
    const times = timesOf(
      { start_time: "1.400000", duration: "8.250000" },
      { start_time: "1.400000", duration: "8.000000" },
      { start_time: "1.650000", duration: "8.000000" },
    );
    expect(times).toEqual([
      [0, 8],
      [0.25, 8],
    ]);
  });

  // ffmpeg does not count from a stream of MPEG-TS that it does not decode.
  test.each(["mpegts", "mpeg"])(
    "from the first of the two that begins, in %s, whatever lies beside them",
    (format_name) => {
      const times = timesOf(
        { format_name, start_time: "1.400000", duration: "9.500000" },
        { start_time: "2.900000", duration: "8.000000" },
        { start_time: "3.150000" },
      );
      expect(times).toEqual([
        [0, 8],
        [0.25, 7.75],
      ]);
    },
  );

  test("to the end of the file where they say nothing", () => {
    const times = timesOf(
      { start_time: "1.500000", duration: "8.000000" },
      {},
      { start_time: "2.500000" },
    );
    expect(times).toEqual([
      [0, 8],
      [1, 7],
    ]);
  });

  test("as long as Matroska's tag says", () => {
    const times = timesOf(
      { start_time: "0.000000", duration: "3661.500000" },
      { start_time: "0.000000", tags: { DURATION: "01:01:01.250000000" } },
      { start_time: "0.000000", tags: { DURATION: "00:00:08.040000000" } },
    );
    expect(times).toEqual([
      [0, 3661.25],
      [0, 8.04],
    ]);
  });

  // ffmpeg's muxer writes the time of the end into the tag, whatever the start.
  test("no longer than the file when they begin late in Matroska", () => {
    const times = timesOf(
      { start_time: "0.000000", duration: "5.000000" },
      { start_time: "1.000000", tags: { DURATION: "00:00:05.000000000" } },
      { start_time: "0.000000", tags: { DURATION: "00:00:05.000000000" } },
    );
    expect(times).toEqual([
      [1, 4],
      [0, 5],
    ]);
  });

  test("from their own start where a Matroska file begins late as a whole", () => {
    const times = timesOf(
      { start_time: "0.750000", duration: "5.000000" },
      { start_time: "1.000000", tags: { DURATION: "00:00:05.000000000" } },
      { start_time: "0.750000", tags: { DURATION: "00:00:05.000000000" } },
    );
    expect(times).toEqual([
      [0.25, 4],
      [0, 4.25],
    ]);
  });
});
