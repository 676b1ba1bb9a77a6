import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundledProgram } from "../../src/ffmpeg/bundled.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const tools = await findTools();

describe("verify with decoding", () => {
  test("decodes every track of a right package without a word", async () => {
    const { ism } = await writeFixturePackage(parent);
    const report = await verify(ism, { decodeWith: tools });
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
    const { findings } = await verify(ism, { decodeWith: tools });
    expect(findings.map(describeFinding).join("\n")).toMatch(
      /clip_60.ismv: ffmpeg complains while decoding/,
    );
  });

  test("names the first fragment when the fault is in it", async () => {
    const { ism, folder } = await writeFixturePackage(parent);
    patchFile(join(folder, "clip_60.ismv"), (bytes) => {
      const at = payloadOf(bytes, "mdat");
      return bytes.fill(0xa5, at + 900, at + 1900);
    });
    const { findings } = await verify(ism, { decodeWith: tools });
    expect(findings.map(describeFinding)).toContainEqual(
      expect.stringMatching(
        /^clip_60.ismv, fragment 1: ffmpeg complains while decoding/,
      ),
    );
  });

  test("finds a flipped bit of a slice that ffmpeg calls no error", async () => {
    const { ism, folder } = await writeFixturePackage(parent);
    const path = join(folder, "clip_25.ismv");
    patchFile(path, (bytes) => {
      const at = payloadOf(bytes, "mdat", 2) + 411;
      bytes[at] = (bytes[at] ?? 0) ^ 0x08;
    });
    const bundled = await bundledProgram("ffmpeg");
    for (const path of [tools.ffmpeg.path, bundled ?? tools.ffmpeg.path]) {
      const decodeWith = { ...tools, ffmpeg: { ...tools.ffmpeg, path } };
      const { findings } = await verify(ism, { decodeWith });
      expect(findings.map(describeFinding)).toContainEqual(
        expect.stringMatching(
          /^clip_25.ismv: ffmpeg complains while decoding: (concealing|.*corrupt decoded frame)/,
        ),
      );
    }
  });

  test("calls a wrong flag of a picture inside a fragment a note: it plays", async () => {
    const { ism, folder } = await writeFixturePackage(parent);
    patchFile(join(folder, "clip_60.ismv"), (bytes) => {
      // The default flags: all but the first are called sync samples.
      bytes.writeUInt32BE(0x02000000, payloadOf(bytes, "tfhd", 2) + 8);
    });
    const { findings } = await verify(ism, { decodeWith: tools });
    expect(findings.map(({ level }) => level)).toEqual(["note", "note"]);
    expect(findings.map(describeFinding)).toEqual([
      "clip_60.ismv, fragment 2: a picture inside a fragment that is not IDR is flagged as a sync sample.",
      "clip_60.ismv: 48 more notes of the rule random-access.",
    ]);
  });
});
