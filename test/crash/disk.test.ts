import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { pack, type PackOptions, type PackProgress } from "../../src/index.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { mssPack } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import { namesIn, programsWith, QUICK } from "../support/crashes.js";
import { CANNOT_FAKE, fakeProgram, test } from "../support/scratch-folder.js";
import { CAN_MOUNT, SmallDisk } from "../support/small-disk.js";
import { tempFolder } from "../support/temp.js";

const clip = await makeClip(join(tempFolder(), "clip.mp4"), { seconds: 5 });
const SETTINGS = { rungs: ["160x90:60k"], encoderPreset: "ultrafast" };

describe.skipIf(!CAN_MOUNT)(
  "a disk that gets full (skipped unless root may mount a small one)",
  () => {
    let disk: SmallDisk;
    let output: string;
    beforeAll(() => {
      disk = new SmallDisk(4_000_000);
      output = join(disk.path, "out");
    });
    afterEach(() => disk.empty());
    afterAll(() => disk.remove());

    const isEncoded = ({ step, fraction }: PackProgress) =>
      step === "encode" && fraction === 1;
    const isMuxed = ({ step, fraction }: PackProgress) =>
      step === "mux" && fraction === 1;

    test.for<[string, Partial<PackOptions>]>([
      ["before the encoder begins", { onPlan: () => disk.fill() }],
      ["while ffmpeg encodes", { onPlan: () => disk.fill(40_000) }],
      [
        "in the first of two passes",
        { onPlan: () => disk.fill(8_192), twoPass: true },
      ],
      [
        "when the encoder has ended",
        { onProgress: (progress) => isEncoded(progress) && disk.fill() },
      ],
      [
        "while the package is written",
        { onProgress: (progress) => isEncoded(progress) && disk.fill(60_000) },
      ],
      [
        "before the manifests",
        { onProgress: (progress) => isMuxed(progress) && disk.fill() },
      ],
      [
        "between the manifests",
        { onProgress: (progress) => isMuxed(progress) && disk.fill(4_096) },
      ],
    ])("%s is told as that, and leaves nothing", async ([, moment]) => {
      const run = pack(clip, { ...SETTINGS, output, ...moment });
      await expect(run).rejects.toMatchObject({
        code: "output",
        message: expect.stringMatching(
          /out: the disk is full\. About \d+\.\d [kMG]B are needed/,
        ) as string,
      });
      expect(namesIn(disk.path)).toEqual(["filler"]);
      disk.empty();
      await pack(clip, { ...SETTINGS, output });
      expect(namesIn(output)).toHaveLength(4);
      rmSync(output, { recursive: true });
    });

    test("gives --resume the chance to go on when there is room again", async () => {
      const options = { ...SETTINGS, output, resume: true };
      const run = pack(clip, {
        ...options,
        onProgress: (progress) => isMuxed(progress) && disk.fill(),
      });
      await expect(run).rejects.toMatchObject({ code: "output" });
      disk.empty();
      const labels = new Set<string>();
      await pack(clip, {
        ...options,
        onProgress: ({ label }) => labels.add(label),
      });
      expect([...labels]).toEqual(["package", "verify"]);
      rmSync(output, { recursive: true });
    });

    test("has exit code 5 before the work begins when it cannot suffice", async () => {
      disk.fill(100_000);
      const args = [clip, "-o", output, ...QUICK];
      const { exitCode, stderr } = await mssPack(args);
      expect(stderr).toMatch(
        /needs about \d+\.\d [kMG]B, the disk has \d+\.\d [kM]B free/,
      );
      expect(exitCode).toBe(5);
      expect(namesIn(disk.path)).toEqual(["filler"]);
      disk.empty();
    });
  },
);

describe.skipIf(!CAN_MOUNT)(
  "a read-only disk (skipped unless root may mount one)",
  () => {
    test("is refused before the work begins", async () => {
      const disk = new SmallDisk(4_000_000);
      disk.makeReadOnly();
      let planned = false;
      const run = pack(clip, {
        ...SETTINGS,
        output: disk.path,
        onPlan: () => (planned = true),
      });
      await expect(run).rejects.toMatchObject({
        code: "output",
        hint: "The disk is read-only: give another -o FOLDER.",
      });
      expect(planned).toBe(false);
      disk.remove();
    });
  },
);

describe("an output folder that is taken away", () => {
  const LOST = {
    code: "output",
    message: expect.stringContaining("was removed") as string,
  };

  test.for(["encode", "mux", "verify"] as const)(
    "during %s is told, and nothing is made in its place",
    async (moment, { scratch }) => {
      const output = join(scratch, "out");
      const run = pack(clip, {
        ...SETTINGS,
        output,
        resume: true,
        onProgress: ({ step }) => {
          if (step === moment) rmSync(output, { recursive: true, force: true });
        },
      });
      await expect(run).rejects.toMatchObject(LOST);
      expect(namesIn(scratch)).toEqual([]);
    },
  );

  test.skipIf(CANNOT_FAKE)(
    "is noticed while ffmpeg still works",
    async ({ scratch }) => {
      const output = join(scratch, "out");
      const { ffmpeg, ffprobe } = await findTools();
      const ffmpegPath = await fakeProgram(
        scratch,
        "ffmpeg",
        `case "$*" in *libx264*) exec '${process.execPath}' -e 'setInterval(() => {}, 1000)';; esac`,
        `exec '${ffmpeg.path}' "$@"`,
      );
      const run = pack(clip, {
        ...{ ...SETTINGS, output, ffmpegPath, ffprobePath: ffprobe.path },
        onPlan: () => rmSync(output, { recursive: true }),
      });
      await expect(run).rejects.toMatchObject(LOST);
      expect(programsWith(scratch)).toEqual([]);
    },
  );
});

test("a folder that the system does not let anybody make is refused at once", async () => {
  const args = [clip, "-o", "/proc/mss-pack/out", ...QUICK];
  const { exitCode, stderr } = await mssPack(args);
  expect(stderr).toContain("/proc/mss-pack/out: cannot be written");
  expect(exitCode).toBe(5);
});
