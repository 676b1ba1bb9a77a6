import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundledProgram } from "../../src/ffmpeg/bundled.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { runTool } from "../../src/ffmpeg/run.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { fixture, writeFixturePackage } from "../support/fixtures.js";
import { patchFile } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const tools = await findTools();
const bundled = await bundledProgram("ffmpeg");

/** Another film on this machine, in a form that a playlist can name. */
const secret = join(parent, "secret.ts");
await runTool(tools.ffmpeg.path, [
  ...["-v", "error", "-i", fixture("video-1.mp4"), "-c", "copy", secret],
]);

/** A playlist of the secret in place of a track file's header; its index stays. */
async function disguisedPackage() {
  const { ism, folder } = await writeFixturePackage(parent);
  const path = join(folder, "clip_25.ismv");
  patchFile(path, (bytes) => {
    bytes.fill("\n", 0, 600);
    bytes.write(
      `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:5.12,\n${secret}\n#EXT-X-ENDLIST\n#`,
    );
  });
  return { ism, path };
}

describe.each([
  ["the ffmpeg in use", tools.ffmpeg.path],
  ["the bundled ffmpeg", bundled],
])("%s", (_, ffmpeg) => {
  test.skipIf(ffmpeg === undefined)(
    "does not open the files that a playlist called .ismv names",
    async () => {
      const { ism, path } = await disguisedPackage();
      expect(existsSync(secret)).toBe(true);
      const used = { ...tools.ffmpeg, path: ffmpeg ?? "" };
      const { findings } = await verify(ism, {
        decodeWith: { ...tools, ffmpeg: used },
      });
      const sentences = findings.map(describeFinding).join("\n");
      expect(sentences).toMatch(
        /clip_25.ismv: ffmpeg complains while decoding/,
      );
      expect(sentences).toMatch(/decoded frames is 0, expected/);
      // The attack is real: left to itself, ffmpeg decodes the other film.
      const alone = await runTool(
        used.path,
        ["-v", "error", "-progress", "pipe:1", "-i", path, "-f", "null", "-"],
        { keepStdout: true },
      );
      expect(alone.stdout).toMatch(/^frame=128$/m);
    },
  );

  test.skipIf(ffmpeg === undefined)("decodes a right package", async () => {
    const { ism } = await writeFixturePackage(parent);
    const used = { ...tools.ffmpeg, path: ffmpeg ?? "" };
    const report = await verify(ism, {
      decodeWith: { ...tools, ffmpeg: used },
    });
    expect(report.findings).toEqual([]);
  });
});
