import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { foreign, indexless, untold, type Layout } from "../foreign/layouts.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
let number = 0;
const newFolder = () => {
  const folder = join(root, `folder-${(number += 1)}`);
  mkdirSync(folder);
  return folder;
};

const withoutSound: Layout = ({ folder }) =>
  rmSync(join(folder, "clip_eng_48.isma"));

const repair = (...args: string[]) => mssPack(["repair", ...args]);

test("--plan tells the mends of a package, and writes nothing", async () => {
  const { ism, folder } = await foreign(newFolder(), untold, indexless);
  const before = readdirSync(folder);
  const { stdout, exitCode } = await repair(ism, "--plan");
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`${ism}: needs 2 mends\n  mfra-missing: `);
  expect(stdout).toContain("\n    clip_60.ismv: all\n");
  const json = await repair(ism, "--plan", "--json");
  expect(jsonLines(json.stdout)).toMatchObject([
    {
      ...{ type: "plan", name: "clip", state: "mendable", obstacles: [] },
      mends: [{ id: "mfra-missing" }, { id: "tfxd-missing" }],
    },
  ]);
  expect(readdirSync(folder)).toEqual(before);
});

test("--plan says what cannot be mended, with exit code 3", async () => {
  const { ism } = await foreign(newFolder(), untold, withoutSound);
  const { stdout, stderr, exitCode } = await repair(ism, "--plan");
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(
    /cannot be mended: clip_eng_48\.isma is not there\. Put the file back/,
  );
  expect(stderr).toContain(
    "cannot be repaired: clip_eng_48.isma is not there.",
  );
});

test("a package is repaired into another folder, and told with its proof", async () => {
  const { ism, folder } = await foreign(newFolder(), untold);
  const out = join(newFolder(), "out");
  const { stdout, stderr, exitCode } = await repair(ism, "-o", out, "--json");
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(
    /Proof: all 496 pictures and frames of sound in 3 tracks are the old ones, at their times \(framemd5\)\n$/,
  );
  const lines = jsonLines(stdout);
  expect(lines[0]).toMatchObject({ type: "plan", state: "mendable" });
  expect(lines.at(-1)).toMatchObject({
    ...{ type: "result", state: "done", name: "clip" },
    mends: [{ id: "tfxd-missing" }],
    proof: [{ same: 128 }, { same: 128 }, { same: 240 }],
  });
  expect((await repair(ism, "-o", out)).exitCode).toBe(7);
  expect((await repair(ism, "-o", out, "--overwrite")).exitCode).toBe(0);
  const own = await repair(ism, "-o", folder);
  expect(own.exitCode).toBe(2);
  expect(own.stderr).toContain("is the folder of clip.ism. Expected another");
  const whole = await repair(join(out, "clip.ism"), "-o", join(out, "again"));
  expect(whole.exitCode).toBe(0);
  expect(whole.stderr).toContain("it needs no mend. Nothing is written.");
  expect(readdirSync(out)).not.toContain("again");
});

test("words that are no .ism are refused", async () => {
  const { folder } = await foreign(newFolder());
  const media = await repair(join(folder, "clip_60.ismv"), "-o", root);
  expect(media.exitCode).toBe(2);
  expect(media.stderr).toContain("is not the .ism of a package.");
  const none = await repair(join(folder, "none.ism"), "--plan");
  expect(none.exitCode).toBe(3);
  expect(none.stderr).toContain("none.ism: is not there, and no .ismv");
});

test("many: each of a folder, a report, and nothing twice", async () => {
  const share = newFolder();
  const layouts: [string, Layout[]][] = [
    ["a", [untold]],
    ["b", [untold, indexless]],
    ["lost", [untold, withoutSound]],
    ["whole", []],
  ];
  for (const [name, own] of layouts) {
    const { folder } = await foreign(share, ...own);
    renameSync(folder, join(share, name));
  }
  const out = join(share, "repaired");
  const report = join(newFolder(), "report.json");
  const words = [share, "-o", out, "--keep-folders", "--jobs", "2"];
  const plan = await repair(share, "--plan", "--json");
  expect(plan.exitCode).toBe(6);
  const lastOf = (text: string, type: string) =>
    jsonLines(text).find((line) => line["type"] === type);
  expect(lastOf(plan.stdout, "plans")).toMatchObject({
    ...{ type: "plans", exit: 6, total: 4, mendable: 2, whole: 1, refused: 1 },
  });
  const same = await repair(share, "-o", out);
  expect(same.exitCode).toBe(2);
  const first = await repair(...words, "--report", report);
  expect(first.exitCode).toBe(6);
  expect(readdirSync(out).sort()).toEqual(["a", "b"]);
  const { items, ...counts } = JSON.parse(readFileSync(report, "utf8")) as {
    items: { name: string; state: string; why?: string }[];
  };
  expect(counts).toMatchObject({
    ...{ type: "batch", exit: 6, total: 4, done: 2, skipped: 1, failed: 1 },
  });
  expect(items.map(({ state }) => state)).toEqual([
    ...["done", "done", "failed", "skipped"],
  ]);
  expect(items[3]?.why).toBe("it needs no mend");
  const again = await repair(...words, "--skip-existing", "--json");
  expect(lastOf(again.stdout, "batch")).toMatchObject({
    ...{ type: "batch", done: 0, skipped: 3, failed: 1 },
  });
  expect(again.stderr).toContain(
    "skipped, its new package is there, made of the same files: ",
  );
  const changed = join(share, "a", "clip_eng_48.isma");
  const bytes = readFileSync(changed);
  const at = bytes.indexOf("mdat") + 60;
  writeFileSync(changed, bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1));
  const other = await repair(...words, "--skip-existing", "--json");
  expect(lastOf(other.stdout, "batch")).toMatchObject({
    skipped: 2,
    failed: 2,
  });
  expect(other.stderr).toMatch(/exists|is there/);
}, 240_000);
