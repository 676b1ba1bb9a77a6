import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack } from "../../../src/index.js";
import { ffmpeg, makeClip } from "../../support/clip.js";
import { tools } from "../../support/programs.js";
import { tempFolder } from "../../support/temp.js";
import { videoStream } from "../../../src/plan/encode-plan.js";

const folder = tempFolder();
const QUICK = {
  encoderPreset: "ultrafast",
  verify: "full",
  tools: await tools(),
} as const;

describe("lengths", () => {
  test.each([
    { frames: 1, fragments: 1 },
    { frames: 3, fragments: 1 },
    { frames: 50, fragments: 1 },
    { frames: 51, fragments: 1 },
    { frames: 62, fragments: 1 },
    { frames: 63, fragments: 2 },
  ])(
    "$frames frames at 25 fps make $fragments fragment(s)",
    async ({ frames, fragments }) => {
      const clip = await makeClip(join(folder, `frames-${frames}.mp4`), {
        frames,
      });
      const { report } = await pack(clip, {
        ...QUICK,
        output: folder,
        rungs: ["160x90:60k"],
      });
      expect(report.findings).toEqual([]);
      expect(report.tracks.map((track) => track.fragments)).toEqual([
        fragments,
        fragments,
      ]);
      expect(report.tracks[0]?.samples).toBe(frames);
      expect(report.duration).toBe(frames * 400_000);
    },
  );
});

describe("what may be missing", () => {
  test("a film without sound is packaged without", async () => {
    const clip = await makeClip(join(folder, "silent.mp4"), {
      audio: null,
      seconds: 3,
    });
    const { files, report } = await pack(clip, {
      ...QUICK,
      output: folder,
      rungs: ["160x90:60k"],
    });
    expect(files.map(({ file }) => file)).toEqual([
      "silent_60.ismv",
      "silent.ismc",
      "silent.ism",
    ]);
    expect(report.findings).toEqual([]);
  });

  test("sound alone is cut on a grid of its own", async () => {
    const clip = await makeClip(join(folder, "both.mp4"), { seconds: 5 });
    const audio = join(folder, "sound.m4a");
    await ffmpeg(
      ["-v", "error", "-y", "-i", clip, "-vn", "-c:a", "copy", audio],
      audio,
    );
    const { files, report } = await pack(audio, { ...QUICK, output: folder });
    expect(files.map(({ file }) => file)).toEqual([
      "sound_und_128.isma",
      "sound.ismc",
      "sound.ism",
    ]);
    expect(report.findings).toEqual([]);
    expect(report.tracks[0]?.fragments).toBe(3);
  });
});

test("a source smaller than every rung keeps one rung of its own size", async () => {
  const clip = await makeClip(join(folder, "small.mp4"), {
    size: "190x240",
    seconds: 2,
  });
  const { plan, report } = await pack(clip, { ...QUICK, output: folder });
  expect(
    videoStream(plan)?.rungs.map(({ width, height }) => [width, height]),
  ).toEqual([[190, 240]]);
  expect(report.findings).toEqual([]);
});

test("two passes give the same fragments, and leave nothing behind", async () => {
  const clip = await makeClip(join(folder, "twice.mp4"), { seconds: 4.5 });
  const output = join(folder, "twice");
  const { report } = await pack(clip, {
    ...QUICK,
    output,
    twoPass: true,
    rungs: ["160x90:60k", "96x54:30k"],
  });
  expect(report.findings).toEqual([]);
  expect(report.tracks.map((track) => track.fragments)).toEqual([3, 3, 3]);
  expect(readdirSync(output).sort()).toEqual([
    "twice.ism",
    "twice.ismc",
    "twice_30.ismv",
    "twice_60.ismv",
    "twice_und_128.isma",
  ]);
});

test("one encoder thread gives the same bytes twice", async () => {
  const clip = await makeClip(join(folder, "same.mp4"), { seconds: 3 });
  const options = { ...QUICK, rungs: ["160x90:60k"], reproducible: true };
  const first = await pack(clip, { ...options, output: join(folder, "first") });
  const second = await pack(clip, {
    ...options,
    output: join(folder, "second"),
  });
  for (const { file } of first.files) {
    expect(
      readFileSync(join(first.folder, file)).equals(
        readFileSync(join(second.folder, file)),
      ),
    ).toBe(true);
  }
});
