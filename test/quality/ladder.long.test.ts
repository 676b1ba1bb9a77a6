import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { pack, plan } from "../../src/index.js";
import { videoStream, type EncodePlan } from "../../src/plan/encode-plan.js";
import type { LadderFit } from "../../src/plan/ladder-fit.js";
import { videoIn } from "../../src/probe/source-info.js";
import { wholeFile } from "../../src/quality/candidate.js";
import { encodeSamples } from "../../src/quality/encode-samples.js";
import { METRICS, VMAF_VARIABLE } from "../../src/quality/metric.js";
import { reelOf } from "../../src/quality/reel.js";
import { scoreCandidates } from "../../src/quality/score.js";
import { viewOfFilm } from "../../src/quality/view.js";
import { makeClip } from "../support/clip.js";
import { tools } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";

/** Easy pictures: the fixed rates are far more than they need. */
const AUTO = {
  rungs: ["320x180:2000k", "160x90:900k"],
  encoderPreset: "veryfast",
  ...{ ladder: "auto", loss: "0.7dB" },
};

async function clipIn(folder: string): Promise<string> {
  const path = join(folder, "it's a clip.mp4");
  return makeClip(path, { size: "320x180", seconds: 20 });
}

function fitOf(made: EncodePlan): LadderFit {
  const fit = videoStream(made)?.fit;
  if (fit === undefined) throw new Error("no fit");
  return fit;
}

describe("--ladder auto", () => {
  test("gives each rung a quality of its own, and the same again", async ({
    scratch,
  }) => {
    const clip = await clipIn(scratch);
    const made = await plan(clip, AUTO);
    const fit = fitOf(made);
    expect(fit).toMatchObject({ metric: "ssim", loss: 0.7 });
    expect(fit.windows).toHaveLength(6);
    for (const { points, chosen, fixed } of fit.rungs) {
      expect(points.map(({ crf }) => crf)).toEqual([16, 24, 33]);
      expect(chosen?.score).toBeGreaterThan(fixed.score - 0.7);
      expect(chosen?.bitrate).toBeLessThan(fixed.bitrate);
    }
    expect(fitOf(await plan(clip, AUTO))).toEqual(fit);
  });

  for (const pieces of ["off", 8] as const)
    test(`makes a package as it was estimated (pieces ${pieces})`, async ({
      scratch,
    }) => {
      const clip = await clipIn(scratch);
      const output = join(scratch, "out");
      const made = await pack(clip, { ...AUTO, output, pieces });
      const { fit, rungs = [] } = videoStream(made.plan) ?? {};
      expect(rungs.every(({ crf }) => crf !== undefined)).toBe(true);
      const seconds = made.durationSeconds;
      rungs.forEach(({ file }, i) => {
        const { bytes = 0 } = made.files.find((one) => one.file === file) ?? {};
        const promised = fit?.rungs[i]?.chosen?.bitrate ?? 0;
        expect((bytes * 8) / seconds / promised).toBeGreaterThan(0.8);
        expect((bytes * 8) / seconds / promised).toBeLessThan(1.25);
      });
    });

  test("keeps a fixed rung where the film needs its bits", async ({
    scratch,
  }) => {
    const clip = await clipIn(scratch);
    const made = await plan(clip, { ...AUTO, rungs: ["320x180:60k"] });
    const [rung] = fitOf(made).rungs;
    expect(rung?.chosen).toBeUndefined();
    expect(rung?.kept).toBeDefined();
    expect(videoStream(made)?.rungs[0]).toMatchObject({ bitrate: 60_000 });
  });

  test("a part of the film is measured where it lies", async ({ scratch }) => {
    const clip = await clipIn(scratch);
    const made = await plan(clip, { ...AUTO, start: 10, duration: 4 });
    expect(fitOf(made).windows).toEqual([
      { from: 0, to: 50 },
      { from: 50, to: 98 },
    ]);
  });

  test("VMAF that cannot be measured is refused, and never replaced", async ({
    scratch,
  }) => {
    const clip = await clipIn(scratch);
    vi.stubEnv(VMAF_VARIABLE, process.execPath);
    try {
      await expect(plan(clip, { ...AUTO, loss: 2 })).rejects.toMatchObject({
        code: "tool",
        message: expect.stringContaining("has no filter libvmaf") as string,
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("scores", () => {
  test("are of equal frames: one frame off is another picture", async ({
    scratch,
  }) => {
    const clip = await clipIn(scratch);
    const made = await plan(clip, {
      ...AUTO,
      ladder: "fixed",
      loss: undefined,
    });
    const [picture, source] = [videoStream(made), videoIn(made.source)];
    const [rung] = picture?.rungs ?? [];
    if (!picture || !source || !rung) throw new Error("no picture");
    const context = { folder: scratch, tools: await tools() };
    const at = (from: number) =>
      reelOf(made, picture, [{ from, to: from + 50 }]);
    const [sample] = await encodeSamples(
      ...([made, picture, at(100), { rungs: [0], crf: 16 }, context] as const),
    );
    const { path = "", frameCount = 0 } = sample ?? {};
    expect(frameCount).toBe(50);
    const scored = async (from: number) => {
      const [score] = await scoreCandidates(
        {
          ...{
            plan: made,
            picture,
            reel: at(from),
            every: 1,
            label: `${from}`,
          },
          view: viewOfFilm(source, picture),
          scorer: { metric: METRICS.ssim, tools: context.tools },
        },
        [{ rung, media: wholeFile(path, frameCount, picture.grid) }],
        context,
      );
      return score?.mean ?? 0;
    };
    const right = await scored(100);
    expect(right).toBeGreaterThan(20);
    for (const from of [99, 101])
      expect(await scored(from)).toBeLessThan(right - 3);
    const short = { rung, media: wholeFile(path, 49, picture.grid) };
    await expect(
      scoreCandidates(
        {
          ...{ plan: made, picture, reel: at(100), every: 1, label: "short" },
          view: viewOfFilm(source, picture),
          scorer: { metric: METRICS.ssim, tools: context.tools },
        },
        [short],
        context,
      ),
    ).rejects.toMatchObject({ code: "encode" });
  });
});
