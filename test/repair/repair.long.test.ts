import { readdirSync, readFileSync, truncateSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import { runTool } from "../../src/ffmpeg/run.js";
import { planRepair, repair } from "../../src/index.js";
import { muxChecked } from "../../src/pipeline/mux.js";
import { proveFrames } from "../../src/pipeline/frame-proof.js";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import {
  beginsAt,
  customAttributes,
  emptyIndex,
  FILES,
  foreign,
  fragmentFolders,
  gapInSound,
  indexless,
  lostClientManifest,
  offsetOf,
  oneFile,
  plainFiles,
  shortTimes,
  soundBeginsAt,
  subfolder,
  textFile,
  untold,
  utf16,
  type ForeignPackage,
  type Layout,
} from "../foreign/layouts.js";
import { patchFile } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const SOUND = "clip_eng_48.isma";
let tools: Tools;
let number = 0;

/** The decoded frames of the package that all layouts are made of. */
let expected: Record<string, string[]>;

beforeAll(async () => {
  tools = await findTools({});
  const { folder } = await foreign(parent);
  expected = await framesOf(folder);
});

const newOut = () => join(parent, `out-${(number += 1)}`);

/** framemd5 of the decoded pictures and sound of each file, by its kind and place. */
async function framesOf(folder: string): Promise<Record<string, string[]>> {
  const frames: Record<string, string[]> = {};
  for (const name of readdirSync(folder)) {
    if (!/\.ism[av]$/.test(name)) continue;
    const { exitCode, stdout } = await runTool(
      tools.ffmpeg.path,
      [
        ...["-v", "error", "-nostdin", "-i", join(folder, name)],
        ...["-vsync", "0", "-f", "framemd5", "-"],
      ],
      { keepStdout: true },
    );
    expect(exitCode).toBe(0);
    const rows = stdout.split("\n").filter((row) => /^\d/.test(row));
    frames[name] = rows.map((row) => row.split(",").at(-1)?.trim() ?? "");
  }
  return frames;
}

async function repaired({ ism }: Pick<ForeignPackage, "ism">) {
  const output = newOut();
  const result = await repair(ism, { output, fsync: false });
  const made = result.repaired;
  if (made === undefined) throw new Error("needs no mend");
  const { findings } = await verify(made.manifest, { decodeWith: tools });
  expect(findings.map(describeFinding)).toEqual([]);
  const again = await planRepair(made.manifest);
  expect(again.mends).toEqual([]);
  return { ...result, made, output, proof: made.proof };
}

const lostServerManifest: Layout = ({ ism }) => rmSync(ism);

/** The last box of the mfra is damaged; the client manifest has the times. */
const damagedIndex: Layout = ({ folder }) => {
  for (const file of FILES)
    patchFile(join(folder, file), (bytes) =>
      bytes.writeUInt32BE(999_999, bytes.indexOf("tfra") + 16),
    );
};

const SAME: [what: string, layouts: Layout[]][] = [
  ["no tfxd", [untold]],
  ["no index", [indexless]],
  ["an index of no track", [emptyIndex]],
  ["no index and no tfxd", [untold, indexless]],
  ["a damaged index and no tfxd", [untold, damagedIndex]],
  ["several tracks in a file", [oneFile()]],
  ["the same, untold", [oneFile({ isTold: false })]],
  ["the same without an index", [oneFile({ isIndexless: true })]],
  ["a wall clock", [beginsAt(15_589_466_996_501_875n)]],
  [
    "times of 32 bits that wrap",
    [beginsAt(2n ** 32n - 10_000_000n), shortTimes],
  ],
  ["levels of one bitrate", [customAttributes]],
  ["media in a subfolder, untold", [untold, subfolder]],
  ["manifests in UTF-16, untold", [utf16, untold]],
  ["a folder for each track", [fragmentFolders]],
  ["captions, untold", [textFile, untold]],
  ["a delayed rung", [offsetOf(400_000)]],
  ["a lost client manifest", [lostClientManifest]],
  ["a lost .ism", [lostServerManifest]],
  ["both lost", [lostServerManifest, lostClientManifest]],
];

describe("repair keeps each picture and each frame of sound of", () => {
  test.for(SAME)("%s", async ([, layouts]) => {
    const { made, output, proof } = await repaired(
      await foreign(parent, ...layouts),
    );
    expect(
      proof.map(({ same, added, leftOut }) => [same, added, leftOut]),
    ).toEqual([
      [128, 0, 0],
      [128, 0, 0],
      [240, 0, 0],
    ]);
    expect(made.durationSeconds).toBe(5.12);
    const frames = Object.values(await framesOf(output));
    const sorted = (all: string[][]) => all.map((one) => one.join()).sort();
    expect(sorted(frames)).toEqual(sorted(Object.values(expected)));
  });
});

describe("what is missing is put in, and what is behind is left out:", () => {
  test("silence for a gap", async () => {
    const { proof, made } = await repaired(await foreign(parent, gapInSound));
    const sound = proof.find(({ file }) => file.endsWith(".isma"));
    expect(sound).toMatchObject({ same: 146, added: 94, leftOut: 0 });
    expect(made.notes[0]).toMatch(/nothing for 2\.005 s at 2\.005 s/);
  });

  test("silence before a sound that begins later", async () => {
    const late = await foreign(parent, soundBeginsAt(10_000_000n));
    const { proof } = await repaired(late);
    const sound = proof.find(({ file }) => file.endsWith(".isma"));
    expect(sound).toMatchObject({ same: 240, added: 47 });
  });

  test("what lies behind the end of a file that is cut off", async () => {
    const { ism, folder } = await foreign(parent);
    const path = join(folder, "clip_60.ismv");
    truncateSync(path, readFileSync(path).length - 9000);
    const { proof, made } = await repaired({ ism });
    expect(made.durationSeconds).toBeLessThan(5);
    for (const track of proof) {
      expect(track.added).toBe(0);
      expect(track.leftOut).toBeGreaterThan(0);
      expect(track.same).toBeGreaterThan(40);
    }
  });

  test("plain files are cut", async () => {
    const { proof } = await repaired(await foreign(parent, plainFiles));
    expect(proof.length).toBeGreaterThan(1);
    for (const { same } of proof) expect(same).toBeGreaterThan(100);
  });
});

describe("repair refuses", () => {
  test("its own folder", async () => {
    const { ism, folder } = await foreign(parent, untold);
    const before = readdirSync(folder);
    await expect(repair(ism, { output: folder })).rejects.toMatchObject({
      code: "usage",
    });
    expect(readdirSync(folder)).toEqual(before);
  });
});

test("the source stays as it is, to the byte", async () => {
  const { ism, folder } = await foreign(parent, untold);
  const bytes = () =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const before = bytes();
  await repaired({ ism });
  expect(bytes()).toEqual(before);
});

test("a package that needs no mend is remade only when that is asked for", async () => {
  const { ism } = await foreign(parent);
  const output = newOut();
  expect(await repair(ism, { output })).toEqual({ mends: [] });
  expect(() => readdirSync(output)).toThrow();
  const always = await repair(ism, { output, always: true, fsync: false });
  expect(always.repaired?.proof).toHaveLength(3);
});

test("a frame that differs is no proof", async () => {
  const { ism, folder } = await foreign(parent, untold);
  const options = { output: newOut(), fsync: false };
  const check = muxChecked([ism], options, {
    async check(plan, work) {
      patchFile(join(folder, SOUND), (bytes) => {
        const at = bytes.indexOf("mdat") + 40;
        bytes[at] = (bytes[at] ?? 0) ^ 1;
      });
      await proveFrames(plan, work, { tools, signal: undefined });
    },
  });
  await expect(check).rejects.toMatchObject({
    code: "verify",
    message: expect.stringMatching(
      /its frames are not those of clip_eng_48\.isma track 1/,
    ) as string,
  });
  expect(() => readdirSync(options.output)).toThrow();
});
