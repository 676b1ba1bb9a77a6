import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EncodeProgress } from "../../src/encode/engine.js";
import {
  DONE,
  progressOfSteps,
  progressReader,
} from "../../src/encode/progress.js";

/** What is reported of ffmpeg's lines, for eight seconds of film. */
function read(lines: string): EncodeProgress[] {
  const reports: EncodeProgress[] = [];
  const feed = progressReader(8, (progress) => reports.push(progress));
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
      { fraction: 0.5, framesPerSecond: 48.7, speed: 1.95 },
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
      { fraction: 0.75, framesPerSecond: 75.05, speed: 3 },
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
    expect(reports).toEqual([{ fraction: 0, framesPerSecond: 0, speed: 0 }]);
  });

  test("is 1 at the end, whatever the time says", () => {
    const lines = "out_time_us=7960000\r\nprogress=end\r";
    expect(read(lines).map((report) => report.fraction)).toEqual([1]);
  });

  test("forgets the last report: nothing is carried over", () => {
    const lines = "fps=25\nspeed=1x\nprogress=continue\nprogress=continue";
    expect(read(lines)[1]).toMatchObject({ framesPerSecond: 0, speed: 0 });
  });

  test("of two steps is each step's share of the whole", () => {
    const reports: string[] = [];
    const report = progressOfSteps(
      ({ label, fraction, speed }) =>
        reports.push(`${label}: ${fraction}, ${speed}x`),
      () => 0,
    );
    const [first, second] = ["first", "second"].map((name, i) => ({
      ...{ name, label: `pass ${i + 1}`, share: (i + 1) / 4 },
    }));
    if (first === undefined || second === undefined) throw new Error("none");
    const half = { fraction: 0.5, framesPerSecond: 25, speed: 1 };
    report(first, half);
    report(second, half);
    report(first, DONE);
    report(second, half);
    report(second, DONE);
    expect(reports).toEqual([
      ...["pass 1: 0.125, 1x", "pass 2: 0.375, 2x"],
      "pass 2: 0.5, 1x",
    ]);
  });

  test("has the speed of the last ten seconds: between two pieces it does not fall to 0", () => {
    const speeds: number[] = [];
    let time = 0;
    const report = progressOfSteps(
      ({ speed }) => speeds.push(speed),
      () => time,
    );
    const [first, second] = ["first", "second"].map((name) => ({
      ...{ name, label: "encode", share: 0.5 },
    }));
    if (first === undefined || second === undefined) throw new Error("none");
    const at = (seconds: number, step: typeof first, speed: number) => {
      time = seconds;
      report(step, { fraction: 0.5, framesPerSecond: 25 * speed, speed });
    };
    at(0, first, 0);
    at(1, first, 3);
    at(8, first, 3);
    time = 9;
    report(first, DONE);
    // Eight seconds of nine with 3, one with none.
    at(10, second, 0);
    at(11, second, 5);
    // Its ten seconds: six with 3, two with none, two with 5.
    at(13, second, 5);
    at(21, second, 5);
    expect(speeds.map((speed) => Number(speed.toFixed(3)))).toEqual([
      ...[0, 3, 3, 2.667, 2.4, 2.8, 5],
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
