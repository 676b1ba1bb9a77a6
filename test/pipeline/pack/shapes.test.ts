import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../src/plan/plan.js";
import { pack } from "../../../src/index.js";
import { shapesOf } from "../../../src/probe/shapes.js";
import { ffmpeg } from "../../support/clip.js";
import { run, tools } from "../../support/programs.js";
import { LADDER, sourceVideo, source } from "../../support/sources.js";
import { tempFolder } from "../../support/temp.js";
import { videoStream } from "../../../src/plan/encode-plan.js";

const folder = tempFolder();

/** A second of white, as a part of a recording. */
async function part(second: number, size: string, pixels: string) {
  const path = join(folder, `part-${second}.ts`);
  return ffmpeg(
    [
      ...["-v", "error", "-y", "-nostdin"],
      ...["-f", "lavfi", "-i", `color=white:size=${size}:rate=25`],
      ...["-vf", `setsar=${pixels}`, "-frames:v", "25", "-c:v", "libx264"],
      ...["-preset", "ultrafast", "-output_ts_offset", String(second), path],
    ],
    path,
  );
}

/** What is white in a frame, and where: its columns in the middle row, its rows in the middle column. */
function whiteIn(frame: Buffer, width: number, height: number) {
  const isWhite = (x: number, y: number) => (frame[y * width + x] ?? 0) > 128;
  const those = (length: number, test: (i: number) => boolean) =>
    Array.from({ length }, (_, i) => i).filter(test);
  const columns = those(width, (x) => isWhite(x, height / 2));
  const rows = those(height, (y) => isWhite(width / 2, y));
  return `${columns.length}x${rows.length}+${columns[0]}+${rows[0]}`;
}

async function whitesOf(path: string, width: number, height: number) {
  const { ffmpeg } = await tools();
  const { stdout } = await run(ffmpeg.path, [
    ...["-v", "error", "-i", path, "-map", "0:v", "-vsync", "0"],
    ...["-pix_fmt", "gray", "-f", "rawvideo", "-"],
  ]);
  const size = width * height;
  return Array.from({ length: stdout.length / size }, (_, i) =>
    whiteIn(stdout.subarray(i * size, (i + 1) * size), width, height),
  );
}

describe("a picture that changes its shape", () => {
  test("is fitted part by part into its first shape, at the right times", async () => {
    const parts = [
      await part(0, "160x90", "1/1"),
      await part(1, "160x120", "1/1"),
      await part(2, "160x120", "2/1"),
    ];
    const clip = join(folder, "parts.ts");
    writeFileSync(clip, Buffer.concat(parts.map((path) => readFileSync(path))));
    const { plan, files } = await pack(clip, {
      ...{ output: folder, encoderPreset: "ultrafast", gop: 1 },
      rungs: ["160x90:300k"],
    });
    expect(plan.notes).toContain(
      "picture changes its shape (160x90, then 160x120, then 160x120 in pixels of 2:1): each part is fitted into 160x90",
    );
    const [video] = files;
    const whites = await whitesOf(join(folder, video?.file ?? ""), 160, 90);
    expect(whites).toHaveLength(75);
    expect(new Set(whites.slice(0, 25))).toEqual(new Set(["160x90+0+0"]));
    expect(new Set(whites.slice(25, 50))).toEqual(new Set(["120x90+20+0"]));
    expect(new Set(whites.slice(50))).toEqual(new Set(["160x60+0+14"]));
  });

  test("is refused where fields of several sizes would have to be woven", () => {
    const shapes = shapesOf([
      { width: 720, height: 576, sample_aspect_ratio: "16:15" },
      { width: 720, height: 576, sample_aspect_ratio: "64:45" },
      { width: 720, height: 576, sample_aspect_ratio: "16:15" },
    ]);
    expect(shapes).toHaveLength(2);
    const planOf = (some: typeof shapes) =>
      makePlan(
        source({ video: sourceVideo({ scan: "interlaced", shapes: some }) }),
        LADDER,
      );
    expect(videoStream(planOf(shapes))?.filters[0]).toMatch(/^bwdif=/);
    const sizes = [...shapes, ...shapesOf([{ width: 1920, height: 1080 }])];
    expect(() => planOf(sizes)).toThrow(
      /is interlaced and changes its size \(720x576 in pixels of 16:15, then .*1920x1080\)/,
    );
  });
});
