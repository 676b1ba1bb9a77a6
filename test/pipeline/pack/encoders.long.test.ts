import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack, packAll, plan, type PackOptions } from "../../../src/index.js";
import { readMovie } from "../../../src/isobmff/read-movie.js";
import { planTasks } from "../../../src/tasks/plan-tasks.js";
import { runTask } from "../../../src/tasks/run-task.js";
import { makeClip } from "../../support/clip.js";
import { countedTools } from "../../support/counted-tools.js";
import { filmMaker } from "../../support/films.js";
import { tools } from "../../support/programs.js";
import { CANNOT_FAKE, test } from "../../support/scratch-folder.js";
import { standIn } from "../../support/stand-in.js";

const DEVICES = [
  ...["h264_nvenc", "h264_qsv", "h264_vaapi", "h264_videotoolbox"],
];
const RUNGS = { rungs: ["160x90:120k", "80x46:50k"] };

async function clipIn(folder: string): Promise<string> {
  const path = join(folder, "clip.mp4");
  return makeClip(path, { size: "160x90", seconds: 5 });
}

type StandInOptions = Pick<
  PackOptions,
  "rungs" | "encoder" | "output" | "ffmpegPath" | "ffprobePath"
>;

/** Options for a film with a stand-in for a device. */
async function withStandIn(
  scratch: string,
  encoder: string,
  broken: readonly string[] = [],
): Promise<StandInOptions> {
  const { ffmpeg, ffprobe } = await tools();
  const folder = join(scratch, "bin");
  await mkdir(folder, { recursive: true });
  return {
    ...{ ...RUNGS, encoder, output: join(scratch, "out") },
    ffmpegPath: await standIn(folder, { encoder, ffmpeg: ffmpeg.path, broken }),
    ffprobePath: ffprobe.path,
  };
}

/** The numbers of a film's key frames, by its table. */
async function keyFramesIn(path: string): Promise<number[]> {
  const [track] = await readMovie(path);
  const sync = [...(track?.samples.sync ?? [])];
  return sync.flatMap((flag, i) => (flag === 1 ? [i] : []));
}

describe.skipIf(CANNOT_FAKE)(
  "with a stand-in for a device, not a device",
  () => {
    test.for(DEVICES)(
      "a film is encoded by %s, in closed groups that all rungs share",
      async (encoder, { scratch }) => {
        const clip = await clipIn(scratch);
        const options = await withStandIn(scratch, encoder);
        const made = await pack(clip, { ...options, verify: "full" });
        expect(made.plan.streams[0]).toMatchObject({ encoder });
        for (const rung of ["clip_120.ismv", "clip_50.ismv"])
          expect(await keyFramesIn(join(made.folder, rung))).toEqual([
            ...[0, 50, 100],
          ]);
      },
    );

    test.for<[string, readonly string[], string]>([
      [
        "key frames where it likes",
        ["-force_key_frames", "99", "-g", "250"],
        "key frames that close a group at pictures 0. Expected 0, 6, 12, 18",
      ],
      [
        "open groups",
        [
          ...["-force_key_frames", "99", "-flags", "-cgop"],
          ...["-g", "6", "-x264-params", "open-gop=1:b-adapt=0"],
        ],
        "key frames that close a group at pictures 0. Expected 0, 6, 12, 18",
      ],
      [
        "a pyramid of B-pictures",
        ["-bf", "3", "-b-pyramid", "normal", "-x264-params", "b-adapt=0"],
        "pictures that are decoded 2 places after their turn. Expected at most 1",
      ],
      [
        "full-range pictures",
        ["-color_range", "pc", "-x264-params", "fullrange=on"],
        "full-range. Expected video range",
      ],
    ])(
      "one that makes %s is refused before the work",
      async ([, broken, fault], { scratch }) => {
        const clip = await clipIn(scratch);
        const options = await withStandIn(scratch, "h264_nvenc", broken);
        await expect(pack(clip, options)).rejects.toMatchObject({
          code: "tool",
          message: expect.stringMatching(
            /^h264_nvenc: of a test picture for 160x90 it made /,
          ) as string,
          facts: { fault: expect.stringContaining(fault) as string },
        });
        await expect(readdir(options.output)).rejects.toThrow("ENOENT");
      },
    );

    test("it is tried once for all films of a ladder", async ({ scratch }) => {
      const films = (await filmMaker(scratch))("a.mp4", "b.mp4");
      const options = await withStandIn(scratch, "h264_nvenc");
      const { ffmpeg, ffprobe } = await tools();
      const [path, version] = [options.ffmpegPath ?? "", ffmpeg.version];
      const { starts, ...paths } = await countedTools(scratch, {
        ...{ ffprobe, ffmpeg: { path, version, origin: "given" } },
      });
      const report = await packAll(films, { ...options, ...paths });
      expect(report.done).toBe(2);
      const trials = (await starts()).filter((line) =>
        line.includes("testsrc2"),
      );
      expect(trials).toHaveLength(1);
    });

    test("a machine without it refuses a step of a plan that another made", async ({
      scratch,
    }) => {
      const clip = await clipIn(scratch);
      const options = await withStandIn(scratch, "h264_vaapi");
      const { path } = await planTasks(clip, options, join(scratch, "work"));
      const { ffmpeg } = await tools();
      const { encoder } = options;
      const folder = join(scratch, "other");
      await mkdir(folder);
      // As on a machine whose ffmpeg knows the encoder, and whose device is missing.
      const broken = ["-x264-params", "no-such=option", "-profile:v", "none"];
      const other = { encoder: encoder ?? "", ffmpeg: ffmpeg.path, broken };
      const ffmpegPath = await standIn(folder, other);
      await expect(runTask(path, 0, { ffmpegPath })).rejects.toMatchObject({
        code: "tool",
        message: expect.stringMatching(
          /^h264_vaapi: does not work here with /,
        ) as string,
      });
    });
  },
);

describe("a device", () => {
  test.for(DEVICES)(
    "%s makes a package, or is refused in a sentence before the work",
    async (encoder, { scratch }) => {
      const clip = await clipIn(scratch);
      const output = join(scratch, "out");
      const options = { ...RUNGS, encoder, output, verify: "full" } as const;
      const outcome = await pack(clip, options).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ code: "tool" });
        expect(outcome.message).toMatch(
          /^h264_\w+: does not work here with \S+: .+\. Expected a device that encodes every rung at once\.$|^No ffmpeg that can be used\. .*has no encoder h264_/,
        );
        await expect(readdir(output)).rejects.toThrow("ENOENT");
      } else
        expect(await keyFramesIn(join(output, "clip_120.ismv"))).toEqual([
          ...[0, 50, 100],
        ]);
    },
  );

  test("is not needed by name for libx264, and leaves no trace in its plan", async ({
    scratch,
  }) => {
    const clip = await clipIn(scratch);
    const named = await plan(clip, { ...RUNGS, encoder: "libx264" });
    expect(named).toEqual(await plan(clip, RUNGS));
    expect(JSON.stringify(named.streams)).not.toContain('"encoder"');
  });
});
