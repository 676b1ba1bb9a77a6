import { describe, expect, test } from "vitest";
import { filmSpan } from "../../src/media/film-clock.js";
import { filmClock } from "../../src/probe/join-stretches.js";
import {
  Stretches,
  type MeasuredStretches,
} from "../../src/probe/stretches.js";

const FRAME = 0.04;

/** Picture and sound of a recording, as they lie in a file that was written while it went on. */
function recording(from: number, seconds: number, into: Stretches): void {
  for (let i = 0; i < Math.round(seconds / FRAME); i++) {
    const clock = from + i * FRAME;
    const times = { clock, shown: clock, seconds: FRAME };
    into.add({ streamKey: "video", ...times, isKey: i % 25 === 0 });
    into.add({ streamKey: "audio", ...times, isKey: true });
  }
}

function measured(...parts: readonly [from: number, seconds: number][]) {
  const stretches = new Stretches();
  for (const [from, seconds] of parts) recording(from, seconds, stretches);
  return stretches.end();
}

function lengthOf(found: MeasuredStretches): number {
  const span = filmSpan(filmClock(found), "video");
  return (span?.to ?? 0) - (span?.from ?? 0);
}

describe("a film is what its frames fill", () => {
  test("on a clock that begins anywhere", () => {
    const found = measured([1_700_000_000, 6]);
    expect(found.stretches).toHaveLength(1);
    expect(found.stretches[0]?.video?.from).toBe(1_700_000_000);
    expect(found.stretches[0]?.video?.to).toBeCloseTo(1_700_000_006, 5);
  });

  test.each([
    { what: "goes back, where recordings are joined", from: 1.4, by: -6 },
    { what: "jumps ahead by an hour", from: 3607.4, by: 3600 },
    {
      what: "jumps ahead by a hundred years",
      from: 3_155_760_007.4,
      by: 3.15576e9,
    },
  ])("where the clock $what", ({ from, by }) => {
    const found = measured([1.4, 6], [from, 6]);
    expect(lengthOf(found)).toBeCloseTo(12, 5);
    const [jump] = filmClock(found).jumps;
    expect(jump?.atSeconds).toBeCloseTo(6, 5);
    expect(jump?.bySeconds).toBeCloseTo(by, 5);
  });

  test("whatever a frame says of how long it lasts", () => {
    const stretches = new Stretches();
    recording(0, 3, stretches);
    const hours = { clock: 3, shown: 3, seconds: 6 * 3600, isKey: false };
    stretches.add({ streamKey: "video", ...hours });
    const behind = { ...hours, clock: 6 * 3600, shown: 6 * 3600 };
    stretches.add({ streamKey: "video", ...behind });
    expect(lengthOf(stretches.end())).toBeCloseTo(3, 1);
  });

  test("with picture and sound of a piece moved by the same time", () => {
    const stretches = new Stretches();
    recording(0, 4, stretches);
    // The sound of the second recording begins twelve frames before its picture.
    for (let i = 0; i < 12; i++)
      stretches.add({
        ...{
          streamKey: "audio",
          clock: 99.52 + i * FRAME,
          shown: 99.52 + i * FRAME,
        },
        ...{ seconds: FRAME, isKey: true },
      });
    recording(100, 4, stretches);
    const { pieces } = filmClock(stretches.end());
    expect(pieces).toHaveLength(2);
    expect(pieces[1]?.laterSeconds).toBeCloseTo(4 - 99.52, 5);
    expect(pieces[1]?.video?.from).toBe(100);
  });

  test("where picture and sound have clocks of their own that jump", () => {
    const stretches = new Stretches();
    const put = (streamKey: "video" | "audio", from: number) => {
      for (let i = 0; i < 50; i++) {
        const clock = from + i * FRAME;
        stretches.add({
          ...{ streamKey, clock, shown: clock, seconds: FRAME, isKey: true },
        });
      }
    };
    put("video", 5000);
    put("video", 90_000);
    put("audio", 1000);
    put("audio", 70_000);
    const clock = filmClock(stretches.end());
    for (const streamKey of ["video", "audio"] as const) {
      expect(filmSpan(clock, streamKey)?.from).toBeCloseTo(0, 5);
      expect(filmSpan(clock, streamKey)?.to).toBeCloseTo(4, 5);
    }
  });

  test("where one stream pauses and the other goes on, nothing is closed up", () => {
    const stretches = new Stretches();
    recording(0, 2, stretches);
    for (let i = 50; i < 750; i++)
      stretches.add({
        ...{ streamKey: "video", clock: i * FRAME, shown: i * FRAME },
        ...{ seconds: FRAME, isKey: false },
      });
    recording(30, 2, stretches);
    const found = stretches.end();
    expect(found.stretches).toHaveLength(1);
    expect(lengthOf(found)).toBeCloseTo(32, 5);
  });

  test("where slides without sound stand for minutes, they are meant so", () => {
    const stretches = new Stretches();
    for (let i = 0; i < 5; i++)
      stretches.add({
        ...{ streamKey: "video", clock: i * 300, shown: i * 300 },
        ...{ seconds: 300, isKey: true },
      });
    expect(lengthOf(stretches.end())).toBe(1500);
  });

  test("whatever the last frame claims to last", () => {
    const stretches = new Stretches();
    recording(0, 2, stretches);
    stretches.add({
      ...{ streamKey: "video", clock: 2, shown: 2, isKey: false },
      seconds: 3.15e9,
    });
    expect(stretches.end().stretches[0]?.video?.to).toBeCloseTo(2.04, 5);
  });

  test.each([
    { what: "decoded in time, and shown in hours", clock: 2 },
    { what: "of another time altogether", clock: 9002 },
  ])("beside a single frame that is $what", ({ clock }) => {
    const stretches = new Stretches();
    recording(0, 2, stretches);
    stretches.add({
      ...{
        streamKey: "video",
        clock,
        shown: 9002,
        seconds: FRAME,
        isKey: false,
      },
    });
    recording(2.04, 2, stretches);
    const found = stretches.end();
    expect(lengthOf(found)).toBeCloseTo(4.04, 5);
    expect(filmClock(found).strays).toMatchObject([
      { stream: "video", saidSeconds: 9002 },
    ]);
  });

  test("beside a wild time of the last frame", () => {
    const stretches = new Stretches();
    recording(0, 2, stretches);
    stretches.add({
      ...{ streamKey: "video", clock: 9002, shown: 9002, seconds: FRAME },
      isKey: false,
    });
    expect(lengthOf(stretches.end())).toBeCloseTo(2, 5);
  });

  test("and one whose clock never rests is refused before it takes memory", () => {
    const parts = Array.from({ length: 400 }, (_, i): [number, number] => [
      (i % 2) * 5000,
      1,
    ]);
    expect(() => measured(...parts)).toThrow(/jumps more often/);
  });
});
