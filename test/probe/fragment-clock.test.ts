import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  fragmentClockFilters,
  fragmentClockNotes,
} from "../../src/plan/source-clock.js";
import { withFragmentClock, together } from "../../src/probe/fragment-clock.js";
import type { SourceInfo } from "../../src/probe/source-info.js";
import { fixture } from "../support/fixtures.js";
import { smoothPackage } from "../support/smooth-package.js";
import { parts } from "../support/sources.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

/** What ffprobe says of a file of sound: it has added durations up. */
const sourceOf = (path = ""): SourceInfo => ({
  ...{ path, sizeBytes: 1, container: "mov,mp4,m4a,3gp,3g2,mj2" },
  ...{ durationSeconds: 3, ignored: [] },
  streams: [
    {
      ...{
        kind: "audio",
        index: 0,
        codec: "aac",
        channels: 2,
        sampleRate: 48_000,
      },
      ...{ language: "und", startSeconds: 0, durationSeconds: 3 },
    },
  ],
});

test("a hole between fragments is told, for ffmpeg adds durations up", async () => {
  const [, whole] = await smoothPackage(parent, {});
  const [, lost] = await smoothPackage(parent, { audio: { without: 1 } });
  const { audio: before } = parts(await withFragmentClock(sourceOf(whole)));
  const timed = await withFragmentClock(sourceOf(lost));
  const { durationSeconds } = timed;
  const { audio } = parts(timed);
  expect(before?.fragmentClock?.steps).toEqual([]);
  const [step] = audio?.fragmentClock?.steps ?? [];
  expect(step?.bySeconds).toBeGreaterThan(0.5);
  expect(durationSeconds).toBeCloseTo(before?.durationSeconds ?? 0, 3);
});

/** The film of the file whose fragment of that number, and those behind it, say another time. */
async function jumping(from: number, bySeconds: number, to = Infinity) {
  const [, path = ""] = await smoothPackage(parent, {});
  const bytes = readFileSync(path);
  const rows = indexRows(bytes);
  for (const at of rows.slice(from, to))
    bytes.writeBigInt64BE(
      bytes.readBigInt64BE(at) + BigInt(bySeconds) * 10_000_000n,
      at,
    );
  writeFileSync(path, bytes);
  return withFragmentClock(sourceOf(path));
}

/** Where the rows of the only tfra stand, each of 19 bytes. */
function indexRows(bytes: Buffer): number[] {
  const tfra = bytes.lastIndexOf("tfra");
  const count = bytes.readUInt32BE(tfra + 16);
  return Array.from({ length: count }, (_, i) => tfra + 20 + 19 * i);
}

describe("a clock of fragments that jumps makes no film of years:", () => {
  const YEARS = 100 * 365 * 24 * 3600;

  test.each([
    ["one wild time", 1, YEARS, 2, [YEARS, -YEARS]],
    ["a wild first time", 0, YEARS, 1, [-YEARS]],
    ["a jump ahead", 1, YEARS, Infinity, [YEARS]],
    ["a jump back", 1, -YEARS, Infinity, [-YEARS]],
  ])("%s", async (_, from, by, to, jumps) => {
    const timed = await jumping(from, by, to);
    const { durationSeconds } = timed;
    const { audio } = parts(timed);
    const clock = audio?.fragmentClock;
    expect(clock?.jumps?.map(({ bySeconds }) => Math.round(bySeconds))).toEqual(
      jumps,
    );
    expect(clock?.steps).toEqual([]);
    expect(durationSeconds).toBeCloseTo((await jumping(0, 0)).durationSeconds);
    expect(fragmentClockNotes(clock, "sound")).toHaveLength(jumps.length);
  });

  test("tracks that jump together stay together: by the least of their jumps", () => {
    const jump = (bySeconds: number) => ({ run: 1, atSeconds: 4, bySeconds });
    expect(together([[jump(7200)], [jump(7200.3)]])).toEqual([
      [jump(7200)],
      [jump(7200)],
    ]);
    // One track alone has a wild time.
    expect(together([[jump(7200)], []])).toEqual([[jump(7200)], []]);
  });
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
