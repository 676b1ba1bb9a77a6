import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audioStreams, videoStream } from "../../src/plan/encode-plan.js";
import type { Failure } from "../../src/errors.js";
import { probeStream } from "../support/measure.js";
import { tempFolder } from "../support/temp.js";
import type { CORPUS } from "./corpus.js";
import { packaged } from "./packaged.js";
import {
  isRefusal,
  type MadePackage,
  type Package,
  type Refusal,
  type Row,
} from "./row.js";

/** A test for each row. */
export function testRows(groups: typeof CORPUS): void {
  const folder = tempFolder();
  for (const { title, rows } of groups)
    describe(title, () => {
      for (const row of rows)
        test.concurrent(`${row.class}: ${row.name}`, async () => {
          await runRow(row, mkdtempSync(join(folder, "row-")));
        });
    });
}

/** Makes the input of a row, packages it and looks at what comes out. */
export async function runRow(row: Row, folder: string): Promise<void> {
  const input = join(folder, row.file);
  const out = join(folder, "out");
  await row.make(input);
  const made = await packaged(input, [
    ...["-o", out, "--verify", "full"],
    ...["--encoder-preset", "ultrafast", ...(row.options ?? [])],
  ]);
  if (isRefusal(row.expected)) expectRefusal(made, row.expected, out);
  else await expectPackage(made, row.expected);
  rmSync(folder, { recursive: true });
}

function expectRefusal(
  made: MadePackage | Failure,
  refusal: Refusal,
  out: string,
): void {
  expect(made).toMatchObject({ exit: refusal.exitCode });
  expect("message" in made ? made.message : "").toMatch(refusal.says);
  expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
}

async function expectPackage(
  made: MadePackage | Failure,
  expected: Package,
): Promise<void> {
  if ("message" in made) throw new Error(made.message);
  expectPlan(made, expected);
  expectLength(made, expected.seconds);
  if (expected.size !== undefined) await expectVideo(made, expected.size);
  if (expected.channels !== 0)
    expect(await probeStream(made.audio, "a")).toMatchObject({
      channels: expected.channels ?? 2,
    });
  for (const check of expected.checks ?? []) await check(made);
}

function expectPlan({ plan, result }: MadePackage, expected: Package): void {
  const { size, rate, channels = 2, notes = [] } = expected;
  const [top] = videoStream(plan)?.rungs ?? [];
  expect(top && `${top.width}x${top.height}`).toBe(size);
  const { num, den } = videoStream(plan)?.grid.frameRate ?? {};
  if (rate !== undefined) expect(`${num}/${den}`).toMatch(rate);
  expect(audioStreams(plan).at(-1)?.rungs[0]?.channels ?? 0).toBe(channels);
  expectNotes(result.notes, [
    ...notes,
    ...(channels === 0 ? [NO_AUDIO] : []),
    ...(size === undefined ? [NO_VIDEO] : []),
  ]);
}

const NO_AUDIO = /^no audio: the package has video alone$/;
const NO_VIDEO = /^no video: the package has audio alone$/;

/** Small pictures get smaller rungs: said for nearly every row, and tested elsewhere. */
const OF_THE_LADDER = /^\w+: \d+x\d+ has fewer pixels than /;

function expectNotes(
  said: readonly string[],
  expected: readonly RegExp[],
): void {
  const notes = said.filter((note) => !OF_THE_LADDER.test(note));
  const unsaid = expected.filter(
    (wanted) => !notes.some((n) => wanted.test(n)),
  );
  const unexpected = notes.filter((n) => !expected.some((x) => x.test(n)));
  expect({ unsaid, unexpected }).toEqual({ unsaid: [], unexpected: [] });
}

/** As long as expected, within a frame; and all tracks end at the same tick. */
function expectLength(made: MadePackage, seconds: number): void {
  const frame = made.framesPerSecond === 0 ? 0.03 : 1 / made.framesPerSecond;
  const { durationSeconds, tracks } = made.result;
  expect(
    Math.abs(durationSeconds - seconds),
    `${durationSeconds} s`,
  ).toBeLessThan(frame + 0.002);
  expect(new Set(tracks.map(({ end }) => end)).size).toBe(1);
}

/** The decoder is told of progressive BT.709 with square pixels, whatever the source was. */
async function expectVideo(made: MadePackage, size: string): Promise<void> {
  const { width, height, format } = await probeStream(made.video, "v");
  expect(`${width}x${height}`).toBe(size);
  expect(format).toEqual({
    pix_fmt: "yuv420p",
    sample_aspect_ratio: "1:1",
    field_order: "progressive",
    color_range: "tv",
    color_space: "bt709",
    color_transfer: "bt709",
    color_primaries: "bt709",
  });
}
