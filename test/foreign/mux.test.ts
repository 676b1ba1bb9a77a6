import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, type MuxOptions } from "../../src/index.js";
import { REQUEST } from "../drm/package.js";
import { tempFolder } from "../support/temp.js";
import { withoutTfxd } from "./film-file.js";
import { FILES, foreign, fragmentFolders, type Layout } from "./layouts.js";

const parent = tempFolder();
const [HIGH = "", , SOUND = ""] = FILES;
const nameless = (file: string) => file.replace(/\.\w+$/, "");

/** What mux makes of the same package in our own layout. */
let expected: Readonly<Record<string, Buffer>> = {};

beforeAll(async () => {
  const { files } = await muxed("plain", []);
  expected = files;
});

async function muxed(
  name: string,
  layouts: readonly Layout[],
  options: Omit<MuxOptions, "output"> = {},
) {
  mkdirSync(join(parent, name));
  const { ism } = await foreign(join(parent, name), ...layouts);
  const output = join(parent, name, "out");
  const { plan } = await mux([ism], { ...options, output, fsync: false });
  const files = Object.fromEntries(
    readdirSync(output).map((file) => [file, readFileSync(join(output, file))]),
  );
  return { plan, files };
}

/** Times stand in the names of the files alone. */
const untoldInFolders: Layout = ({ folder }) => {
  for (const file of FILES.map(nameless))
    for (const name of readdirSync(join(folder, file))) {
      if (name === "header") continue;
      const path = join(folder, file, name);
      const bytes = readFileSync(path);
      const end = bytes.readUInt32BE(0);
      const { moof } = withoutTfxd({
        ...{ trackId: 1, time: BigInt(name) },
        ...{ moof: bytes.subarray(0, end), mdat: bytes.subarray(end) },
      });
      writeFileSync(path, Buffer.concat([moof, bytes.subarray(end)]));
    }
};

/** A fragment of a track is changed in its file. */
const inFragment =
  (file: string, i: number, change: (path: string) => void): Layout =>
  ({ folder }) => {
    const track = join(folder, nameless(file));
    const names = readdirSync(track).filter((name) => name !== "header");
    const inOrder = names.sort((a, b) => Number(a) - Number(b));
    change(join(track, inOrder[i] ?? ""));
  };

const cutOff = inFragment(HIGH, 1, (path) => truncateSync(path, 2000));

describe("mux of a folder of fragments for each track", () => {
  test.each<[what: string, layouts: Layout[]]>([
    ["as Azure kept it", [fragmentFolders]],
    ["without tfxd", [fragmentFolders, untoldInFolders]],
  ])("gives the package of the same files, %s", async (what, layouts) => {
    const { plan, files } = await muxed(what, layouts);
    expect(plan.notes).toEqual([]);
    expect(Object.keys(files)).toEqual(Object.keys(expected));
    for (const [name, bytes] of Object.entries(expected))
      expect(files[name]?.equals(bytes), name).toBe(true);
  });

  test("names a fragment that is cut off", async () => {
    const cut = muxed("cut off", [fragmentFolders, cutOff]);
    await expect(cut).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /clip_60.\d+: is cut off\. Expected a fragment/,
      ) as string,
    });
  });

  test("salvages what lies before it in all rungs", async () => {
    const options = { salvage: true };
    const layouts = [fragmentFolders, cutOff];
    const { plan } = await muxed("salvaged", layouts, options);
    expect(plan.notes[0]).toMatch(/^salvaged: 2\.\d+ s of 5\.120 s; cut off/);
    expect(plan.cutTimes).toHaveLength(1);
  });

  test("puts silence where one of the sound is lost", async () => {
    const lost = inFragment(SOUND, 1, (path) => rmSync(path));
    const layouts = [fragmentFolders, untoldInFolders, lost];
    const { plan } = await muxed("lost", layouts);
    expect(plan.durationSeconds).toBe(5.12);
    expect(plan.notes[0]).toMatch(
      /^clip_eng_48: nothing for 2\.\d+ s at 2\.\d+ s/,
    );
  });

  test("protects it, and makes thumbnails of it, as of files", async () => {
    const options = {
      protection: { ...REQUEST, reproducible: true },
      thumbnailSeconds: 2,
    };
    const [joined, plain] = [
      await muxed("protected", [fragmentFolders], options),
      await muxed("protected files", [], options),
    ];
    expect(Object.keys(plain.files)).toContain("clip.thumbs.jpg");
    for (const [name, bytes] of Object.entries(plain.files))
      expect(joined.files[name]?.equals(bytes), name).toBe(true);
  });
});
