import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack } from "../../../src/index.js";
import { parseBoxes } from "../../../src/isobmff/source.js";
import { findTools } from "../../../src/ffmpeg/find.js";
import { runTool } from "../../../src/ffmpeg/run.js";
import { makeClip, SCENE_CUTS } from "../../support/clip.js";
import { tempFolder } from "../../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), {
  seconds: 6.4,
  filters: SCENE_CUTS,
});
// 6.4 s: three fragments of 50 frames, the last with the tail of ten frames in it.
const { folder: out } = await pack(clip, {
  output: join(folder, "out"),
  rungs: ["320x180:200k", "160x90:60k"],
  encoderPreset: "fast",
});

describe("every fragment decodes alone, as after a switch or a seek", () => {
  test.each([
    ["clip_200.ismv", [50, 50, 60]],
    ["clip_60.ismv", [50, 50, 60]],
  ])("%s", async (file, expected) => {
    const bytes = readFileSync(join(out, file));
    const boxes = parseBoxes(bytes);
    const moofs = boxes.filter((box) => box.type === "moof");
    const header = bytes.subarray(0, moofs[0]?.start);
    const decoded: number[] = [];
    for (const [i, moof] of moofs.entries()) {
      const end =
        moofs[i + 1]?.start ?? boxes.find((box) => box.type === "mfra")?.start;
      const alone = join(folder, `${file}-${i}.mp4`);
      writeFileSync(
        alone,
        Buffer.concat([header, bytes.subarray(moof.start, end)]),
      );
      decoded.push(await framesOf(alone));
    }
    expect(decoded).toEqual(expected);
  });
});

/** Decodes a file; any complaint fails the test. */
async function framesOf(path: string): Promise<number> {
  const { ffmpeg } = await findTools();
  const args = [
    "-nostdin",
    "-v",
    "error",
    "-progress",
    "pipe:1",
    "-i",
    path,
    "-f",
    "null",
    "-",
  ];
  const { exitCode, stdout, stderr } = await runTool(ffmpeg.path, args, {
    keepStdout: true,
  });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return Number([...stdout.matchAll(/^frame=\s*(\d+)/gm)].at(-1)?.[1]);
}
