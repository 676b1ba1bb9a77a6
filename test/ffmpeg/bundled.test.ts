import { join } from "node:path";
import { expect } from "vitest";
import { bundledProgram } from "../../src/ffmpeg/bundled.js";
import { runTool } from "../../src/ffmpeg/run.js";
import { makeClip } from "../support/clip.js";
import { test } from "../support/scratch-folder.js";

const ffprobe = await bundledProgram("ffprobe");

test.skipIf(ffprobe === undefined)(
  "the bundled ffprobe reads an MPEG-TS whose service has a name",
  async ({ scratch }) => {
    const clip = await makeClip(join(scratch, "clip.ts"), {
      seconds: 1,
      options: ["-metadata", "service_name=Kanal 1"],
    });
    const args = ["-v", "error", "-show_format", "-of", "json", clip];
    const result = await runTool(ffprobe ?? "", args, { keepStdout: true });
    expect(result).toMatchObject({ exitCode: 0, killedBy: null });
    expect(result.stdout).toContain("mpegts");
  },
);
