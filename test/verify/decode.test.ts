import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findTools } from "../../src/tools/find.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();

describe("verify with decoding", () => {
  test("decodes every track of a right package without a word", async () => {
    const { ism } = await writeFixturePackage(parent);
    const report = await verify(ism, { decodeWith: await findTools() });
    expect(report.findings).toEqual([]);
    expect(report.tracks.map(({ samples }) => samples)).toEqual([
      128, 128, 240,
    ]);
  });

  test("finds a damaged picture that indexes cannot show", async () => {
    const { ism, folder } = await writeFixturePackage(parent);
    patchFile(join(folder, "clip_60.ismv"), (bytes) => {
      const at = payloadOf(bytes, "mdat", 2);
      return bytes.fill(0xa5, at + 900, at + 1900);
    });
    expect((await verify(ism)).findings).toEqual([]);
    const { findings } = await verify(ism, { decodeWith: await findTools() });
    expect(findings.map(describeFinding).join("\n")).toMatch(
      /clip_60.ismv: ffmpeg complains while decoding/,
    );
  });
});
