import { describe, expect, test } from "vitest";
import { frameTime } from "../../src/media/time.js";
import { requireSameRate } from "../../src/tracks/requirements.js";
import { table, videoTrack } from "../support/track.js";
import { sourceOf } from "./source.js";

/** A rung of whole ticks of some clock, as 10 MHz ticks. */
function rung(
  label: string,
  count: number,
  num: number,
  den = 1,
  clock = 10_000_000,
) {
  const times = Array.from(
    { length: count + 1 },
    (_, i) => (frameTime(i, { num, den }, clock) * 10_000_000) / clock,
  );
  const durations = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  return sourceOf(videoTrack(table(durations)), label);
}

describe("rungs of one frame rate", () => {
  test.each([
    ["to the frame", rung("b.mp4", 300, 25)],
    ["up to a frame or two at the end", rung("b.mp4", 302, 25)],
  ])("are alike %s", (_, other) => {
    expect(() =>
      requireSameRate([rung("a.mp4", 300, 25), other]),
    ).not.toThrow();
  });

  test("are alike on a clock of milliseconds too", () => {
    const exact = rung("a.mp4", 300, 24_000, 1001);
    const rounded = rung("b.mp4", 300, 24_000, 1001, 1000);
    expect(() => requireSameRate([exact, rounded])).not.toThrow();
  });

  test("are alike where a recorder lost some", () => {
    const whole = rung("a.mp4", 3000, 25);
    const durations = [...Array<number>(2990).fill(400_000)];
    for (let i = 0; i < 10; i++) durations[i * 200] = 800_000;
    const lost = sourceOf(videoTrack(table(durations)), "b.mp4");
    expect(() => requireSameRate([whole, lost])).not.toThrow();
  });
});

test.each([
  [
    rung("a.mp4", 200, 25),
    rung("b.mp4", 192, 24_000, 1001),
    "b.mp4: 192 frames (23.976 a second), a.mp4: 200 frames (25 a second). Expected one frame rate for all rungs.",
  ],
  [
    rung("a.mp4", 3000, 30),
    rung("b.mp4", 2997, 30_000, 1001),
    "b.mp4: 2997 frames (29.97 a second), a.mp4: 3000 frames (30 a second).",
  ],
  [
    rung("a.mp4", 50, 25),
    rung("b.mp4", 48, 24),
    "b.mp4: 48 frames (24 a second), a.mp4: 50 frames (25 a second).",
  ],
])("other rates are refused, however near (%#)", (first, other, message) => {
  expect(() => requireSameRate([first, other])).toThrow(message);
});

test("a fragment that one rung lacks is told with its place", () => {
  const durations = Array<number>(200).fill(400_000);
  durations[99] = 51 * 400_000;
  const holed = sourceOf(videoTrack(table(durations)), "b.mp4");
  expect(() => requireSameRate([rung("a.mp4", 250, 25), holed])).toThrow(
    "b.mp4: 200 frames, a.mp4: 250 frames of the same rate; its frame at 3.960 s lasts 2.040 s. Expected as many in all rungs.",
  );
});

test("a rung that is shorter is told with its end", () => {
  const [long, short] = [rung("a.mp4", 250, 25), rung("b.mp4", 125, 25)];
  const message =
    "b.mp4: 125 frames, a.mp4: 250 frames of the same rate; it ends at 5.000 s.";
  expect(() => requireSameRate([long, short])).toThrow(message);
  expect(() => requireSameRate([short, long])).toThrow(message);
});
