import { join } from "node:path";
import { describe, expect } from "vitest";
import { encodeCommand } from "../../src/encode/ffmpeg-args.js";
import { pieceCommand, piecesOf } from "../../src/encode/piece.js";
import {
  ffmpegArguments,
  type FfmpegCommand,
} from "../../src/ffmpeg/command.js";
import { runTool } from "../../src/ffmpeg/run.js";
import { plan } from "../../src/index.js";
import {
  type EncodePlan,
  mediaStreams,
  videoStream,
} from "../../src/plan/encode-plan.js";
import { ffmpeg } from "../support/clip.js";
import { test } from "../support/scratch-folder.js";

const PICTURES = (rate: string, seconds = 40, size = "160x90") => [
  ...[
    "-f",
    "lavfi",
    "-i",
    `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`,
  ],
];
const SOUND = (seconds = 40) => [
  ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
];
const X264 = (...params: string[]) => [
  ...["-c:v", "libx264", "-preset", "veryfast", "-g", "60", "-bf", "2"],
  ...(params.length > 0 ? ["-x264-params", params.join(":")] : []),
];

/** Sources that are hard to cut: each was seen to lose or double a frame when it was cut by seconds. */
const SOURCES: Record<string, { name: string; args: string[] }> = {
  "an MP4 of 29.97 with B-frames": {
    name: "a.mp4",
    args: [...PICTURES("30000/1001"), ...SOUND(), ...X264()],
  },
  "an MP4 of 59.94": {
    name: "b.mp4",
    args: [...PICTURES("60000/1001"), ...SOUND(), ...X264()],
  },
  "an MP4 of open GOPs": {
    name: "c.mp4",
    args: [...PICTURES("25"), ...SOUND(), ...X264("open-gop=1", "bframes=3")],
  },
  "a Matroska of 23.976, whose clock is of milliseconds": {
    name: "d.mkv",
    args: [...PICTURES("24000/1001"), ...SOUND(), ...X264()],
  },
  "a Matroska without a constant rate": {
    name: "e.mkv",
    args: [
      ...[...PICTURES("25"), ...SOUND(), "-vf"],
      "setpts='PTS+0.013*mod(N\\,5)/TB+if(gt(N\\,400)\\,0.31/TB\\,0)'",
      ...["-vsync", "vfr", ...X264()],
    ],
  },
  "an MP4 without a constant rate": {
    name: "f.mp4",
    args: [
      ...[...PICTURES("30"), ...SOUND(), "-vf", "select='not(eq(mod(n,7),3))'"],
      ...["-vsync", "vfr", ...X264()],
    ],
  },
  "a Matroska with holes": {
    name: "g.mkv",
    args: [
      ...[...PICTURES("25"), ...SOUND(), "-vf"],
      "setpts='PTS+if(gt(N,300),0.37/TB,0)+if(gt(N,700),2.5/TB,0)'",
      ...["-vsync", "vfr", ...X264()],
    ],
  },
  "an MP4 with an edit list": {
    name: "h.mp4",
    args: [
      ...["-ss", "0.7", ...PICTURES("25"), "-ss", "0.2", ...SOUND(), ...X264()],
      ...["-output_ts_offset", "0.5"],
    ],
  },
  "a picture that begins late and sound that goes on": {
    name: "i.mkv",
    args: [
      ...["-itsoffset", "1.517", ...PICTURES("25"), ...SOUND(46), ...X264()],
    ],
  },
  "an interlaced picture": {
    name: "j.mp4",
    args: [
      ...[
        ...PICTURES("50", 40, "160x96"),
        ...SOUND(),
        "-vf",
        "interlace",
        "-flags",
        "+ildct+ilme",
      ],
      ...X264("tff=1"),
    ],
  },
  "a picture that is upright in another way": {
    name: "k.mp4",
    args: [...PICTURES("25"), ...X264(), "-metadata:s:v:0", "rotate=90"],
  },
};

/** The frames that the encoder would get, each by its MD5. */
async function framesInto(
  { inputOptions, input, filters }: FfmpegCommand,
  folder: string,
): Promise<string[]> {
  const path = join(folder, "frames");
  const isPicture = (chain: string) => /\[(?:rung|branch)0\]/.test(chain);
  const command = {
    ...{ inputOptions, input, filters: filters.filter(isPicture) },
    outputs: [
      { path: "pipe:1", options: ["-map", "[rung0]", "-f", "framemd5"] },
    ],
  };
  const args = ffmpegArguments(command).map((arg, i, all) =>
    all[i - 1] === "-progress" ? "pipe:2" : arg,
  );
  const { stdout, stderr } = await runTool("ffmpeg", args, {
    keepStdout: true,
  });
  if (stdout === "") throw new Error(`${path}: ${stderr}`);
  return stdout
    .split("\n")
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

/** The frames that the encoder would get of a film in one. */
async function wholeFrames(
  plan: EncodePlan,
  folder: string,
): Promise<string[]> {
  const files = mediaStreams(plan).map(() => [{ path: "x", statistics: "x" }]);
  return framesInto(encodeCommand(plan, files, "only"), folder);
}

async function framesOfPieces(
  plan: EncodePlan,
  folder: string,
): Promise<string[]> {
  const picture = videoStream(plan);
  if (picture === undefined) throw new Error("no picture");
  const found: string[] = [];
  for (const piece of piecesOf(plan)) {
    const command = pieceCommand(plan, picture, piece, folder, "only");
    const frames = await framesInto(command, folder);
    if (piece.to !== undefined)
      expect(frames).toHaveLength(piece.to - piece.from);
    found.push(...frames);
  }
  return found;
}

const RUNG = { rungs: ["160x90:100k"] };
/** Between frames and between key frames. */
const PART = { ...RUNG, start: 11.31, end: 29.87 };

describe("the pieces of a film are its frames, each once, and so are those of a part of it", () => {
  for (const [title, { name, args }] of Object.entries(SOURCES))
    test(title, async ({ scratch }) => {
      const path = join(scratch, name);
      await ffmpeg(["-v", "error", "-nostdin", ...args, path], path);
      const inPieces = await plan(path, { ...RUNG, pieces: 8 });
      expect(piecesOf(inPieces).length).toBeGreaterThan(3);
      const all = await wholeFrames(inPieces, scratch);
      expect(await framesOfPieces(inPieces, scratch)).toEqual(all);
      const part = await plan(path, { ...PART, pieces: 8 });
      const { from = NaN, to } = videoStream(part)?.frames ?? {};
      const rate = all.length / inPieces.durationSeconds;
      expect(Math.abs(from - PART.start * rate)).toBeLessThan(1);
      expect(await wholeFrames(part, scratch)).toEqual(all.slice(from, to));
      expect(piecesOf(part)).toHaveLength(2);
      expect(await framesOfPieces(part, scratch)).toEqual(all.slice(from, to));
    });
});

test("a part of a source without an index is its frames too", async ({
  scratch,
}) => {
  const path = join(scratch, "l.ts");
  const args = [...PICTURES("25"), ...SOUND(), ...X264(), path];
  await ffmpeg(["-v", "error", "-nostdin", ...args], path);
  const all = await wholeFrames(await plan(path, RUNG), scratch);
  const part = await plan(path, PART);
  expect(videoStream(part)?.frames).toEqual({ from: 283, to: 747 });
  expect(await wholeFrames(part, scratch)).toEqual(all.slice(283, 747));
});
