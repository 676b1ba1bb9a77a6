import { expect, test } from "vitest";
import { fragmentClockFilters } from "../../src/plan/fragment-clock-filter.js";
import { withFragmentClock } from "../../src/probe/fragment-clock.js";
import type { SourceInfo } from "../../src/probe/source-info.js";
import { fixture } from "../support/fixtures.js";
import { smoothPackage } from "../support/smooth-package.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

/** What ffprobe says of a file of sound: it has added durations up. */
const sourceOf = (path = ""): SourceInfo => ({
  ...{ path, sizeBytes: 1, container: "mov,mp4,m4a,3gp,3g2,mj2" },
  ...{ durationSeconds: 3, ignored: [] },
  audio: {
    ...{ index: 0, codec: "aac", channels: 2, sampleRate: 48_000 },
    ...{ language: "und", startSeconds: 0, durationSeconds: 3 },
  },
});

test("a hole between fragments is told, for ffmpeg adds durations up", async () => {
  const [, whole] = await smoothPackage(parent, {});
  const [, lost] = await smoothPackage(parent, { audio: { without: 1 } });
  const { audio: before } = await withFragmentClock(sourceOf(whole));
  const { audio, durationSeconds } = await withFragmentClock(sourceOf(lost));
  expect(before?.fragmentClock?.steps).toEqual([]);
  const [step] = audio?.fragmentClock?.steps ?? [];
  expect(step?.bySeconds).toBeGreaterThan(0.5);
  expect(durationSeconds).toBeCloseTo(before?.durationSeconds ?? 0, 3);
});

test("where fragments say by tfdt when they begin, or there are none, ffmpeg is right", async () => {
  const source = sourceOf(fixture("audio.mp4"));
  expect(await withFragmentClock(source)).toBe(source);
});

test("frames get the times of their fragments: from the begin, and behind each hole", () => {
  const clock = {
    ...{ toldSeconds: 0, startSeconds: 1 },
    steps: [{ fromSeconds: 4, bySeconds: 2 }],
  };
  expect(fragmentClockFilters(clock, "asetpts")).toEqual([
    "asetpts='PTS+(1.000000+gte(T,3.995000)*(2.000000))/TB'",
  ]);
  expect(fragmentClockFilters(undefined, "setpts")).toEqual([]);
});
