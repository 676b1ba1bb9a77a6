import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  foreign,
  fragmentFolders,
  gapInSound,
  indexless,
  lostClientManifest,
  oneFile,
  plainFiles,
  shortIndex,
  subfolder,
  textFile,
  untold,
  utf16,
  type ForeignPackage,
  type Layout,
} from "../foreign/layouts.js";
import { scan } from "../../src/scan/scan.js";
import { replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import { scanned } from "./rows.js";

const parent = tempFolder();

/** A new folder with a package in it. */
async function tree(...layouts: readonly Layout[]) {
  const folder = mkdtempSync(join(parent, "tree-"));
  const made = await foreign(folder, ...layouts);
  return { ...made, root: folder, name: basename(made.folder) };
}

describe("a package of any layout has its facts, and no fault:", () => {
  const LAYOUTS: [string, Layout[]][] = [
    ["ours", []],
    ["no tfxd", [untold]],
    ["an index of 32 bits", [shortIndex]],
    ["no index", [indexless]],
    ["several tracks in a file", [oneFile()]],
    ["media in a subfolder", [subfolder]],
    ["manifests in UTF-16", [utf16]],
    ["a folder for each track", [fragmentFolders]],
    ["plain files", [plainFiles]],
  ];
  test.for(LAYOUTS)("%s", async ([, layouts]) => {
    const { root, name } = await tree(...layouts);
    const { rows, remarks } = await scanned(root);
    expect(remarks).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ package: `${name}/clip.ism`, kind: "ism", problem: null },
      ...{ maker: "mss-pack", faults: [], protection: null, captions: [] },
      audio: [{ codec: "aac", language: "eng" }],
    });
    expect(rows[0]?.video).toHaveLength(2);
    expect(rows[0]?.duration).toBeGreaterThan(40_000_000);
  });

  test("captions", async () => {
    const { root } = await tree(textFile);
    const [row] = (await scanned(root)).rows;
    expect(row?.captions).toEqual([{ codec: "ttml", language: "eng" }]);
    expect(row?.notes.map(({ rule }) => rule)).toContain("quality-level");
  });
});

describe("what is wrong is told by its rule:", () => {
  const SOUND = "clip_eng_48.isma";
  const faultsOf = async (root: string, deep = false) =>
    (await scanned(root, { deep })).rows[0]?.faults;

  test.for([false, true])("a gap, deep: %s", async (deep) => {
    const { root } = await tree(gapInSound);
    expect(await faultsOf(root, deep)).toEqual([
      {
        rule: "timeline",
        message: expect.stringMatching(/gap of 2\.005 s/) as unknown,
      },
    ]);
  });

  test("a cut off file, with what the manifests announce", async () => {
    const { root, folder } = await tree();
    const path = join(folder, SOUND);
    truncateSync(path, statSync(path).size >> 1);
    const [row] = (await scanned(root)).rows;
    expect(row?.problem).toMatch(/^clip_eng_48\.isma: .*the file ends at/);
    expect(row?.faults.map(({ rule }) => rule)).toContain("file");
    expect(row?.audio).toEqual([
      { codec: "aac", bitrate: expect.any(Number) as unknown, language: "eng" },
    ]);
  });

  test("a fragment that is lost from its folder", async () => {
    const { root, folder } = await tree(fragmentFolders);
    const track = join(folder, "clip_60");
    const [first = ""] = readdirSync(track).filter(
      (name) => /^\d+$/.test(name) && name !== "0",
    );
    rmSync(join(track, first));
    expect(await faultsOf(root)).toEqual([
      {
        rule: "timeline",
        message: `clip_60: has no fragment at ${first}, and 1 of 3 announced ones are missing.`,
      },
    ]);
  });

  test("damage inside of a fragment is seen by a deep scan", async () => {
    const { root, folder } = await tree(untold);
    const path = join(folder, "clip_25.ismv");
    const bytes = readFileSync(path);
    // The second of three fragments: neither the first nor the last.
    const second = bytes.indexOf("moof", bytes.indexOf("moof") + 4);
    bytes.write("free", bytes.indexOf("trun", second), "latin1");
    writeFileSync(path, bytes);
    expect(await faultsOf(root)).toEqual([]);
    expect(await faultsOf(root, true)).not.toEqual([]);
  });

  test.for(["1e308", "Infinity", "-5", "9".repeat(400)])(
    "a length of %s, which is not believed",
    async (duration) => {
      const { root, ismc } = await tree();
      replaceText(ismc, /Duration="\d+"/, `Duration="${duration}"`);
      const [row] = (await scanned(root)).rows;
      expect(row).toMatchObject({ problem: null, duration: 0 });
      const told = [...(row?.faults ?? []), ...(row?.notes ?? [])];
      expect(told.map(({ rule }) => rule)).toContain("duration");
    },
  );

  test("a client manifest that is lost", async () => {
    const { root } = await tree(lostClientManifest);
    expect((await faultsOf(root))?.map(({ rule }) => rule)).toEqual(["file"]);
  });
});

describe("advice on a package:", () => {
  test("what repair would mend, and what clients fail on", async () => {
    const { root } = await tree(untold, indexless);
    const [row] = (await scanned(root)).rows;
    const mends = row?.mends?.map(({ id }) => id);
    expect(mends).toEqual(
      expect.arrayContaining(["mfra-missing", "tfxd-missing"]),
    );
    expect(row?.obstacles).toEqual([]);
    expect(row?.clients?.map(({ client }) => client)).toContain("vlc");
  });

  test("nothing to mend in ours", async () => {
    const { root } = await tree();
    const [row] = (await scanned(root)).rows;
    expect(row?.mends).toEqual([]);
    expect(row?.clients).toEqual([]);
  });

  test("a lost .ism is mended from the files of its name", async () => {
    const { root, ism } = await tree();
    rmSync(ism);
    const [row] = (await scanned(root)).rows;
    expect(row?.mends?.map(({ id }) => id)).toContain("ism-lost");
    expect(row?.clients).toBeNull();
  });
});

describe("what is left of packages:", () => {
  test("a media file without manifests", async () => {
    const { root, ism, ismc, name } = await tree();
    for (const path of [ism, ismc]) rmSync(path);
    const { rows } = await scanned(root);
    expect(rows.map((row) => [row.package, row.kind])).toEqual([
      [`${name}/clip_25.ismv`, "media"],
      [`${name}/clip_60.ismv`, "media"],
      [`${name}/clip_eng_48.isma`, "media"],
    ]);
    expect(rows[0]).toMatchObject({ problem: null, duration: 51_200_000 });
    expect(rows[0]?.faults).toEqual([
      {
        rule: "server-manifest",
        message: expect.stringMatching(/no \.ism/) as unknown,
      },
    ]);
  });

  test("a client manifest with its media and no .ism", async () => {
    const { root, ism, name } = await tree();
    rmSync(ism);
    const { rows } = await scanned(root);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ package: `${name}/clip.ismc`, kind: "ismc", files: 4 },
      ...{ maker: "mss-pack", duration: 51_200_000 },
      faults: [{ rule: "server-manifest" }],
    });
    expect(rows[0]?.video).toHaveLength(2);
  });

  test("folders of fragments", async () => {
    const { root, ism, ismc, name } = await tree(fragmentFolders);
    for (const path of [ism, ismc]) rmSync(path);
    const { rows } = await scanned(root);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ package: name, kind: "fragments", problem: null, files: 12 },
      audio: [{ codec: "aac" }],
    });
    expect(rows[0]?.video).toHaveLength(2);
    const inside = await scanned(join(root, name, "clip_60"));
    expect(inside.rows).toMatchObject([{ package: ".", kind: "fragments" }]);
  });
});

describe("a tree may be anything:", () => {
  test("an empty folder has no package", async () => {
    const root = mkdtempSync(join(parent, "empty-"));
    expect(await scanned(root)).toEqual({ rows: [], remarks: [] });
  });

  test.for([
    ["gone", "cannot be read"],
    ["file", "is a file. Expected a folder."],
  ] as const)("%s is refused", async ([name, words]) => {
    const root = mkdtempSync(join(parent, "none-"));
    writeFileSync(join(root, "file"), "");
    await expect(scanned(join(root, name))).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining(words) as unknown,
    });
  });

  test("an .ism of 0 bytes is a row, and has the files that are named like it", async () => {
    const { root, ism } = await tree();
    writeFileSync(ism, "");
    const { rows } = await scanned(root);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ kind: "ism", files: 5, video: [] });
    expect(rows[0]?.problem).toMatch(/is not a manifest/);
  });

  test("three packages in a folder, with names of any script", async () => {
    const { root, folder } = await tree();
    const names = ["Les Étés", "影片", "<script>alert(1)<"];
    for (const name of names) copyAs(folder, name);
    const { rows } = await scanned(root);
    const found = rows.map((row) => basename(row.package, ".ism"));
    expect(found).toEqual([...names, "clip"].sort());
    expect(rows.every(({ faults }) => faults.length === 0)).toBe(true);
  });

  test("links around it and within are followed once, and told", async () => {
    const { root, folder } = await tree();
    const other = await tree();
    symlinkSync("..", join(folder, "above"));
    symlinkSync(folder, join(root, "again"));
    symlinkSync("nowhere", join(root, "broken"));
    symlinkSync(other.root, join(root, "other"));
    symlinkSync(other.root, join(root, "other2"));
    const { rows, remarks } = await scanned(root);
    expect(rows.map((row) => row.package)).toEqual([
      `other/${other.name}/clip.ism`,
      `${basename(folder)}/clip.ism`,
    ]);
    expect(remarks.map(({ path }) => path).sort()).toEqual(
      ["again", "broken", "other2", `${basename(folder)}/above`].sort(),
    );
  });

  test("hidden folders are left out: unfinished packages lie there", async () => {
    const { root, folder } = await tree();
    renameSync(folder, join(root, ".hidden"));
    expect((await scanned(root)).rows).toEqual([]);
  });

  test("a name that leads out of the folder is a fault, and not followed", async () => {
    const { root, ism } = await tree();
    replaceText(ism, 'src="clip_60.ismv"', 'src="../../clip_60.ismv"');
    const [row] = (await scanned(root)).rows;
    expect(row?.faults.map(({ rule }) => rule)).toContain("server-manifest");
    expect(row?.problem).toMatch(/Expected files beside it/);
  });
});

function copyAs(folder: string, name: string): void {
  for (const file of readdirSync(folder)) {
    if (!file.startsWith("clip")) continue;
    const bytes = readFileSync(join(folder, file));
    const isText = /\.ismc?$/.test(file);
    const xml = name.replaceAll("<", "&lt;");
    const text = bytes.toString().replaceAll(/clip(?=[._])/g, xml);
    const to = join(folder, file.replace("clip", name));
    writeFileSync(to, isText ? text : bytes);
  }
}

describe("with a file to resume from", () => {
  /** Bytes that no reader takes, under the same size and time: whoever reads them tells. */
  function spoil({ ismc }: ForeignPackage): void {
    const { size, atime, mtime } = statSync(ismc);
    writeFileSync(ismc, "x".repeat(size));
    utimesSync(ismc, atime, mtime);
  }

  test("what has not changed is not read again", async () => {
    const made = await tree();
    const resume = join(made.root, "state");
    const first = await scanned(made.root, { resume });
    spoil(made);
    expect(await scanned(made.root, { resume })).toEqual(first);
    utimesSync(made.ismc, 1, 1);
    const [row] = (await scanned(made.root, { resume })).rows;
    expect(row?.faults).not.toEqual([]);
  });

  test("a deep scan reads what was not read deeply, and not the other way round", async () => {
    const { root } = await tree();
    const resume = join(root, "state");
    const isDeep = async (deep: boolean) =>
      (await scanned(root, { resume, deep })).rows[0]?.isDeep;
    expect(await isDeep(false)).toBe(false);
    expect(await isDeep(true)).toBe(true);
    expect(await isDeep(false)).toBe(true);
  });

  test("a file that came, or went, is a change", async () => {
    const { root, ismc } = await tree();
    const resume = join(root, "state");
    const bytes = readFileSync(ismc);
    rmSync(ismc);
    const faults = async () =>
      (await scanned(root, { resume })).rows[0]?.faults.length;
    expect(await faults()).toBe(1);
    writeFileSync(ismc, bytes);
    expect(await faults()).toBe(0);
  });

  test("a scan that was stopped goes on, even behind half a line", async () => {
    const { root, folder } = await tree();
    for (let i = 0; i < 12; i++) copyAs(folder, `film${i}`);
    const resume = join(root, "state");
    const stopped = new AbortController();
    let count = 0;
    const all = async () => {
      for await (const row of scan(root, { resume, signal: stopped.signal })) {
        expect(row.problem).toBeNull();
        if (++count === 3) stopped.abort();
      }
    };
    await expect(all()).rejects.toMatchObject({ code: "aborted" });
    const kept = readFileSync(resume, "utf8");
    expect(kept.split("\n").length).toBeGreaterThan(4);
    writeFileSync(resume, kept.slice(0, -9));
    const { rows } = await scanned(root, { resume });
    expect(rows).toHaveLength(13);
    const lines = readFileSync(resume, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(14);
    for (const line of lines) JSON.parse(line);
  });

  test("packages that are gone leave the file", async () => {
    const { root, folder } = await tree();
    const resume = join(root, "state");
    copyAs(folder, "film");
    await scanned(root, { resume });
    for (const name of readdirSync(folder))
      if (name.startsWith("film")) rmSync(join(folder, name));
    expect((await scanned(root, { resume })).rows).toHaveLength(1);
    expect(readFileSync(resume, "utf8")).not.toContain("film.ism");
  });

  test("another file is not written to", async () => {
    const { root, ism } = await tree();
    const before = readFileSync(ism);
    await expect(scanned(root, { resume: ism })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(
        "is not a file of an earlier scan",
      ) as unknown,
    });
    expect(readFileSync(ism)).toEqual(before);
    mkdirSync(join(root, "folder"));
    await expect(
      scanned(root, { resume: join(root, "folder") }),
    ).rejects.toMatchObject({ code: "usage" });
  });
});
