import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutFrames, makeGrid } from "../../src/media/fragment-length.js";
import { videoStream } from "../../src/plan/encode-plan.js";
import { planPieces, type PieceLength } from "../../src/plan/pieces.js";
import { makePlan } from "../../src/plan/plan.js";
import type { SourceInfo, SourceVideo } from "../../src/probe/source-info.js";
import {
  LADDER,
  source,
  sourceAudio,
  sourceVideo,
} from "../support/sources.js";

const FILM = { num: 24000, den: 1001 };

function cutsOf(
  seconds: number,
  length: PieceLength,
  rate = { num: 25, den: 1 },
) {
  const video = sourceVideo({ durationSeconds: seconds });
  return planPieces(
    {
      ...{ source: source({ video, audio: sourceAudio() }), video },
      ...{ durationSeconds: seconds, isCopied: false },
      grid: makeGrid(rate, 2, seconds),
    },
    length,
  ).cuts;
}

test("pieces are whole GOPs of about the wanted length", () => {
  expect(cutsOf(60, 20)).toEqual([0, 500, 1000]);
  expect(cutsOf(60, 8)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400]);
  expect(cutsOf(60, 20, FILM)).toEqual([0, 480, 960]);
});

test("a short rest belongs to the piece before it", () => {
  expect(cutsOf(64, 20)).toEqual([0, 500, 1000]);
  expect(cutsOf(70, 20)).toEqual([0, 500, 1000, 1500]);
});

test("no piece begins where a short tail joins the last fragment", () => {
  // 1,002 frames: the last two are no fragment of their own.
  expect(cutsOf(40.08, 20)).toEqual([0, 500]);
});

test("a length that suits the film is 8 to 60 seconds", () => {
  const second = (seconds: number) =>
    (cutsOf(seconds, "suitable")?.[1] ?? 0) / 25;
  expect(second(60)).toBe(8);
  expect(second(1800)).toBe(28);
  expect(second(3 * 3600)).toBe(60);
});

test("a film that is too short for two stays one", () => {
  expect(cutsOf(11, 8)).toBeUndefined();
  expect(cutsOf(12, 8)).toEqual([0, 200]);
});

test("a week in pieces of 8 seconds is not more tasks than a scheduler takes", () => {
  const cuts = cutsOf(7 * 24 * 3600, 8) ?? [];
  expect(cuts.length).toBeLessThanOrEqual(10_000);
  expect(cuts.length).toBeGreaterThan(9_000);
});

test("every piece begins with a fragment and has half the first one's frames or more, for any film", () => {
  const rates = [FILM, { num: 25, den: 1 }, { num: 60000, den: 1001 }];
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 20_000, noNaN: true }),
      fc.integer({ min: 8, max: 60 }),
      fc.constantFrom(...rates),
      (seconds, length, rate) => {
        const cuts = cutsOf(seconds, length, rate);
        if (cuts === undefined) return;
        const frames = Math.ceil((seconds * rate.num) / rate.den - 0.01);
        const fragments = new Set(
          cutFrames(makeGrid(rate, 2, seconds), frames),
        );
        expect(cuts[0]).toBe(0);
        expect(cuts.filter((cut) => !fragments.has(cut))).toEqual([]);
        const rest = frames - (cuts.at(-1) ?? 0);
        expect(rest).toBeGreaterThanOrEqual((cuts[1] ?? 0) / 2);
      },
    ),
  );
});

describe("a film stays one, and the plan says why", () => {
  const clock = { pieces: [], jumps: [], strays: [] };
  const refusals: [
    string,
    Partial<SourceInfo>,
    Partial<SourceVideo>,
    string,
  ][] = [
    ["MPEG-TS", { container: "mpegts" }, {}, "no index"],
    ["a jumping clock", { clock }, {}, "its clock jumps"],
    ["a file that is cut off", { cutOff: "no moov" }, {}, "cut off"],
    ["a late key frame", {}, { undecodedSeconds: 1 }, "between two key frames"],
    ["frames without times", {}, { isRateAssumed: true }, "no times"],
    ["a changing shape", {}, { shapes: [] }, "changes its shape"],
  ];
  for (const [title, ofFile, ofVideo, why] of refusals)
    test(title, () => {
      const video = sourceVideo({ durationSeconds: 100, ...ofVideo });
      const film = { ...source({ video }), ...ofFile };
      const plan = makePlan(film, LADDER, { pieceLength: 8 });
      expect(videoStream(plan)?.pieces).toBeUndefined();
      expect(plan.notes.join()).toContain(`encoded in one piece: `);
      expect(plan.notes.join()).toContain(why);
    });
});
