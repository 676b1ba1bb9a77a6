import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EncodeProgress } from "../../src/encode/engine.js";
import { progressReader } from "../../src/encode/local.js";

const ONLY = { index: 0, count: 1 };

/** What is reported of ffmpeg's lines, for eight seconds of film. */
function read(lines: string, position = ONLY): EncodeProgress[] {
  const reports: EncodeProgress[] = [];
  const feed = progressReader(8, position, (progress) =>
    reports.push(progress),
  );
  lines.split("\n").forEach((line) => {
    feed(line);
  });
  return reports;
}

describe("the progress of an encode", () => {
  test("is read from an ffmpeg of 2018, whose out_time_ms is in microseconds", () => {
    const reports = read(`frame=  100
fps= 48.7
stream_0_0_q=28.0
stream_1_0_q=-1.0
bitrate= 812.4kbits/s
total_size=406218
out_time_ms=4000000
out_time=00:00:04.000000
dup_frames=0
drop_frames=0
speed=1.95x
progress=continue`);
    expect(reports).toEqual([
      { fraction: 0.5, framesPerSecond: 48.7, speed: 1.95, label: "encode" },
    ]);
  });

  test("is read from a new ffmpeg, which has out_time_us as well", () => {
    const reports = read(`frame=150
fps=75.05
stream_0_0_q=29.0
bitrate=N/A
total_size=N/A
out_time_us=6000000
out_time_ms=6000000
out_time=00:00:06.000000
dup_frames=0
drop_frames=0
speed=   3x
progress=continue`);
    expect(reports).toEqual([
      { fraction: 0.75, framesPerSecond: 75.05, speed: 3, label: "encode" },
    ]);
  });

  test("is 0 before ffmpeg knows", () => {
    const reports = read(`frame=0
fps=0.00
out_time_us=N/A
out_time_ms=N/A
out_time=N/A
speed=N/A
progress=continue`);
    expect(reports).toEqual([
      { fraction: 0, framesPerSecond: 0, speed: 0, label: "encode" },
    ]);
  });

  test("is 1 at the end, whatever the time says", () => {
    const lines = "out_time_us=7960000\r\nprogress=end\r";
    expect(read(lines).map((report) => report.fraction)).toEqual([1]);
  });

  test("forgets the last report: nothing is carried over", () => {
    const lines = "fps=25\nspeed=1x\nprogress=continue\nprogress=continue";
    expect(read(lines)[1]).toMatchObject({ framesPerSecond: 0, speed: 0 });
  });

  test("of two passes is half of the whole for each", () => {
    const lines = "out_time_us=4000000\nprogress=continue\nprogress=end";
    const [first, second] = [0, 1].map((index) =>
      read(lines, { index, count: 2 }).map(
        ({ fraction, label }) => `${label}: ${fraction}`,
      ),
    );
    expect(first).toEqual([
      "encode, pass 1 of 2: 0.25",
      "encode, pass 1 of 2: 0.5",
    ]);
    expect(second).toEqual([
      "encode, pass 2 of 2: 0.75",
      "encode, pass 2 of 2: 1",
    ]);
  });

  test("stays between 0 and 1 for any time that ffmpeg tells", () => {
    const time = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
    fc.assert(
      fc.property(time, (microseconds) => {
        const lines = `out_time_us=${microseconds}\nprogress=continue`;
        const fraction = read(lines)[0]?.fraction ?? NaN;
        expect(fraction).toBe(Math.min(1, Math.max(0, microseconds / 8e6)));
      }),
    );
  });

  test("passes over lines that are none of progress", () => {
    expect(read("\nhello\n[libx264 @ 0x1] a=b=c\nframe=1")).toEqual([]);
  });
});
