import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { findTools } from "../../../src/ffmpeg/find.js";
import { runTool } from "../../../src/ffmpeg/run.js";
import { pack, type PackOptions, verify } from "../../../src/index.js";
import { damaged } from "../../corpus/make/bytes.js";
import { makeClip } from "../../support/clip.js";
import { firstBeep, whitePictures } from "../../support/measure.js";
import {
  CANNOT_FAKE,
  fakeProgram,
  test,
} from "../../support/scratch-folder.js";
import { tempFolder } from "../../support/temp.js";

const SECONDS = 40;
/** In the second piece and in the third: nothing but their place in the film tells when they come. */
const [FLASH, LATER_FLASH] = [13, 27];

const clip = await makeClip(join(tempFolder(), "clip.mp4"), {
  ...{ size: "160x90", seconds: SECONDS },
  audio: `aevalsrc='if(between(t\\,${FLASH}\\,${FLASH + 0.2})\\,0.8*sin(2*PI*1000*t)\\,0)':s=48000`,
  filters: [FLASH, LATER_FLASH]
    .map(
      (at) =>
        `drawbox=color=white:t=fill:enable='between(t,${at - 0.01},${at + 0.19})'`,
    )
    .join(","),
});

const OPTIONS = {
  ...{ rungs: ["160x90:120k", "80x46:50k"], encoderPreset: "ultrafast" },
  pieces: 8,
};

async function hashesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const hashes = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash("sha256").update(bytes).digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

describe("a film in pieces", () => {
  test("has all its frames, and picture and sound at their times", async ({
    scratch,
  }) => {
    const { folder, manifest, plan } = await pack(clip, {
      ...{ ...OPTIONS, output: join(scratch, "out") },
    });
    expect(plan.streams[0]).toMatchObject({ pieces: [0, 200, 400, 600, 800] });
    expect(
      (await verify(manifest, { decodeWith: await findTools() })).findings,
    ).toEqual([]);
    const video = join(folder, "clip_120.ismv");
    const { from } = await firstBeep(join(folder, "clip_und_128.isma"));
    const frames = (at: number) => [0, 1, 2, 3, 4].map((i) => at * 25 + i);
    expect(await whitePictures(video)).toEqual([
      ...frames(FLASH),
      ...frames(LATER_FLASH),
    ]);
    expect(Math.abs(from - FLASH)).toBeLessThan(0.01);
  });

  test("is the same bytes however many are encoded at a time, with a constant quality too", async ({
    scratch,
  }) => {
    for (const crf of [undefined, 30]) {
      const made = async (threads: number) => {
        const output = join(scratch, `${crf}-${threads}`);
        await pack(clip, { ...OPTIONS, output, threads, crf });
        return hashesOf(output);
      };
      expect(await made(3)).toEqual(await made(1));
    }
  });

  test("has a picture of each time in its thumbnails", async ({ scratch }) => {
    const { folder } = await pack(clip, {
      ...{ ...OPTIONS, output: join(scratch, "out"), thumbnailSeconds: 2 },
    });
    const text = await readFile(join(folder, "clip.thumbs.vtt"), "utf8");
    expect(text.match(/-->/g)).toHaveLength(SECONDS / 2);
  });
});

/** Bytes of the pictures of a rung. */
async function sizesIn(path: string): Promise<number[]> {
  const { ffprobe } = await findTools();
  const args = [
    ...["-v", "error", "-select_streams", "v", "-of", "csv=p=0"],
    ...["-show_entries", "packet=size", path],
  ];
  const { stdout } = await runTool(ffprobe.path, args, { keepStdout: true });
  return stdout.split("\n").filter(Boolean).map(Number.parseFloat);
}

describe("x264 does not see the cuts", () => {
  test("a still picture of one quality looks the same behind a cut: its key frames are as large as in one piece", async ({
    scratch,
  }) => {
    const film = await makeClip(join(scratch, "still.mp4"), {
      ...{ size: "320x180", seconds: 24, audio: null },
      filters: "loop=loop=-1:size=1",
    });
    const sizes = async (length: "off" | 8) => {
      const { folder } = await pack(film, {
        ...{ output: join(scratch, String(length)), reproducible: true },
        ...{ rungs: ["320x180:100k"], encoderPreset: "veryfast", crf: 20 },
        pieces: length,
      });
      return sizesIn(join(folder, "still_100.ismv"));
    };
    const [whole, pieces] = [await sizes("off"), await sizes(8)];
    for (const cut of [200, 400])
      expect((pieces[cut] ?? 0) / (whole[cut] ?? NaN)).toBeCloseTo(1, 1);
  });

  test.for([false, true])(
    "a calm piece may end with a hard scene: a line of the planned peak is fast enough all the same (two passes: %s)",
    async (twoPass, { scratch }) => {
      const film = await makeClip(join(scratch, "film.mp4"), {
        ...{ size: "320x180", seconds: 24, audio: null },
        filters: [
          "noise=alls=30:allf=t:enable='between(t,13.5,19)'",
          "drawbox=color=gray:t=fill:enable='not(between(t,13.5,19))'",
        ].join(","),
      });
      const result = await pack(film, {
        ...{ output: join(scratch, "out"), pieces: 8, twoPass },
        ...{ rungs: ["320x180:600k:800k"], encoderPreset: "veryfast" },
      });
      expect(result.notes.filter((note) => /buffer/.test(note))).toEqual([]);
    },
  );
});

/** An ffmpeg that writes down which pieces it encodes, and fails at one of them on request. */
async function pieceFfmpeg(folder: string, failsAt?: string) {
  const tools = await findTools();
  mkdirSync(folder);
  const log = join(folder, "pieces.txt");
  appendFileSync(log, "");
  const ffmpegPath = await fakeProgram(
    folder,
    "ffmpeg",
    `for word in "$@"; do case "$word" in */video-0-*.mp4)`,
    `  echo "\${word##*/}" >> '${log}'`,
    ...(failsAt === undefined
      ? []
      : [`  case "$word" in *-0-${failsAt}.mp4) exit 1;; esac`]),
    `;; esac; done`,
    `exec '${tools.ffmpeg.path}' "$@"`,
  );
  return {
    ...{ ffmpegPath, ffprobePath: tools.ffprobe.path },
    encoded: () => readFileSync(log, "utf8").split("\n").filter(Boolean).sort(),
  };
}

describe.skipIf(CANNOT_FAKE)("a run that fails at a piece", () => {
  test("keeps the others with --resume: the next one encodes what is missing, and makes the same bytes", async ({
    scratch,
  }) => {
    const [broken, whole, output] = ["a", "b", "out"].map((name) =>
      join(scratch, name),
    ) as [string, string, string];
    const options: PackOptions = {
      ...{ ...OPTIONS, output, resume: true, threads: 1 },
    };
    const first = await pieceFfmpeg(broken, "800");
    await expect(pack(clip, { ...options, ...first })).rejects.toMatchObject({
      code: "encode",
    });
    expect(first.encoded()).toHaveLength(5);
    const second = await pieceFfmpeg(whole);
    await pack(clip, { ...options, ...second });
    expect(second.encoded()).toEqual(["video-0-800.mp4"]);
    const anew = join(scratch, "anew");
    await pack(clip, { ...OPTIONS, output: anew });
    expect(await hashesOf(output)).toEqual(await hashesOf(anew));
  });

  test("whose piece lacks frames makes no package", async ({ scratch }) => {
    const tools = await findTools();
    const ffmpegPath = await fakeProgram(
      scratch,
      "ffmpeg",
      `exec '${tools.ffmpeg.path}' $(printf '%s\\n' "$@" | sed 's/end_pts=400/end_pts=399/')`,
    );
    const output = join(scratch, "out");
    await expect(
      pack(clip, { ...OPTIONS, output, ffmpegPath }),
    ).rejects.toMatchObject({
      code: "encode",
      message: expect.stringMatching(
        /piece from frame 200 has 199 frames. Expected 200\.$/,
      ) as string,
    });
  });
});

test("a source of which a piece does not decode is told as damaged, with what to do", async ({
  scratch,
}) => {
  const film = join(scratch, "film.mp4");
  await copyFile(clip, film);
  // Past the middle: the index at the end stays whole.
  damaged(film, 0.55, 0.9);
  await expect(
    pack(film, { ...OPTIONS, output: join(scratch, "out") }),
  ).rejects.toMatchObject({
    code: "input",
    hint: expect.stringContaining("--salvage") as string,
  });
});

describe("what cannot be", () => {
  for (const [title, options, message] of [
    [
      "pieces of a second",
      { pieces: 1 },
      /--pieces is "1". Expected auto, off/,
    ],
    ["no threads", { threads: 0 }, /--threads is "0"/],
    ["too nice", { nice: 20 }, /--nice is "20"/],
    ["a quality beyond x264's", { crf: 60 }, /--crf is "60"/],
    ["two passes of one quality", { crf: 23, twoPass: true }, /--two-pass/],
    ["pieces of a damaged source", { pieces: 8, salvage: true }, /--salvage/],
  ] as const)
    test(title, async ({ scratch }) => {
      await expect(
        pack(clip, { ...options, output: join(scratch, "out") }),
      ).rejects.toMatchObject({
        code: "usage",
        message: expect.stringMatching(message) as string,
      });
    });
});
