import {
  mkdirSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scan } from "../../src/scan/scan.js";
import type { ScanRemark } from "../../src/scan/row.js";
import {
  foreign,
  fragmentFolders,
  lostClientManifest,
  untold,
} from "../foreign/layouts.js";
import { lost } from "../foreign/damage.js";
import { tempFolder } from "../support/temp.js";
import { scanned } from "./rows.js";

const parent = tempFolder();
const newTree = () => mkdtempSync(join(parent, "tree-"));

describe("what cannot be read is told, and the scan goes on:", () => {
  test("links that lead nowhere, and to each other", async () => {
    const root = newTree();
    symlinkSync(join(root, "gone"), join(root, "broken.ism"));
    symlinkSync(join(root, "b"), join(root, "a"));
    symlinkSync(join(root, "a"), join(root, "b"));
    await foreign(root);
    const { rows, remarks } = await scanned(root);
    expect(rows).toHaveLength(1);
    expect(remarks.map(({ path }) => path).sort()).toEqual([
      ...["a", "b", "broken.ism"],
    ]);
    for (const { message } of remarks)
      expect(message).toMatch(
        /^is a link that leads nowhere \((no such|too many)/,
      );
  });

  test("a folder that went away while others were read", async () => {
    const root = newTree();
    for (const name of ["a", "b", "c"]) {
      mkdirSync(join(root, name));
      await foreign(join(root, name));
    }
    const remarks: ScanRemark[] = [];
    const packages: string[] = [];
    const onRemark = (remark: ScanRemark) => remarks.push(remark);
    for await (const row of scan(root, { onRemark })) {
      packages.push(row.package);
      if (existsSync(join(root, "c")))
        renameSync(join(root, "c"), join(parent, "went-away"));
    }
    expect(packages.filter((path) => !path.startsWith("c/"))).toHaveLength(2);
    // Packages are read ahead: of the third, the folder or its files are missing.
    expect(packages.length + remarks.length).toBe(3);
  });

  test("names that are no UTF-8", async () => {
    const root = newTree();
    await foreign(root);
    const strange = (end: string) =>
      Buffer.concat([
        Buffer.from(`${root}/z`),
        Buffer.from([0xff, 0xfe]),
        Buffer.from(end),
      ]);
    mkdirSync(strange(""));
    writeFileSync(strange(".ismv"), "");
    const { rows, remarks } = await scanned(root);
    expect(rows.map(({ problem }) => problem !== null)).toEqual([true, false]);
    expect(remarks).toMatchObject([
      { message: expect.stringMatching(/^cannot be read \(no such/) as string },
    ]);
  });
});

describe("what no manifest names has mends and clients, too:", () => {
  test("a media file", async () => {
    const root = newTree();
    const { folder } = await foreign(root, untold, lostClientManifest);
    for (const name of readdirSync(folder))
      if (name !== "clip_60.ismv") rmSync(join(folder, name));
    const [row] = (await scanned(root)).rows;
    const ids = row?.mends?.map(({ id }) => id);
    expect(ids).toEqual(["ism-lost", "ismc-lost", "tfxd-missing"]);
    expect(row?.obstacles).toEqual([]);
    expect(row?.clients?.map(({ client }) => client)).toContain("vlc");
  });

  test("folders of fragments", async () => {
    const root = newTree();
    await foreign(root, fragmentFolders, lostClientManifest, lost("clip.ism"));
    const [row] = (await scanned(root)).rows;
    const ids = row?.mends?.map(({ id }) => id);
    expect(ids).toEqual(["ism-lost", "ismc-lost", "fragment-folder"]);
    expect(row?.clients).toEqual([]);
  });
});
