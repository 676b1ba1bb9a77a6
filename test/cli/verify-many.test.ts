import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { foreign, untold } from "../foreign/layouts.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
for (const name of ["a", "b"]) mkdirSync(join(folder, name));
const good = await writeFixturePackage(join(folder, "a"));
const wrong = await writeFixturePackage(join(folder, "b"));
patchFile(join(wrong.folder, "clip_60.ismv"), (bytes) => {
  bytes.writeUInt32BE(7, payloadOf(bytes, "tfhd") + 4);
});

const verify = (...args: string[]) =>
  mssPack(["verify", ...args, "--verify", "quick"], { cwd: folder });

test.each([
  ["packages", [good.ism, wrong.ism]],
  ["a folder", ["."]],
  ["a pattern, which means packages alone", ["**/*"]],
])("%s: each is told, then all, with exit code 6", async (_, args) => {
  const { stdout, stderr, exitCode } = await verify(...args);
  expect(stdout).toMatch(/clip\.ism: valid, 0:05$/m);
  expect(stdout).toMatch(/^fault: clip_60\.ismv, fragment 1: track_ID/m);
  expect(stdout).toMatch(
    / Total +Valid +Failed +Length\n +2 +1 +1 +0:10\n {2}failed: \S*clip\.ism: 1 fault\.\n$/,
  );
  expect(stderr).toContain("1 of 2 packages is not valid.");
  expect(exitCode).toBe(6);
});

test("one package has an exit code of its own; a pattern that matches one is a batch", async () => {
  expect((await verify(wrong.ism)).exitCode).toBe(5);
  expect((await verify(good.ism)).exitCode).toBe(0);
  const batch = await verify(join(wrong.folder, "*.ism"));
  expect(batch.exitCode).toBe(6);
});

test("one that cannot be read does not stop the others, and machines are told of each", async () => {
  const { stdout, exitCode } = await verify("gone.ism", good.ism, "--json");
  expect(jsonLines(stdout)).toMatchObject([
    { type: "error", input: "gone.ism", item: 1, exit: 3 },
    { type: "report", input: good.ism, item: 2, findings: [] },
    { type: "reports", exit: 6, total: 2, valid: 1, failed: 1 },
    { type: "error", code: "batch" },
  ]);
  expect(exitCode).toBe(6);
});

test("a folder without packages is a wrong command line", async () => {
  mkdirSync(join(folder, "empty"));
  const { stderr, exitCode } = await verify("empty");
  expect(stderr).toContain("empty: has no package in it.");
  expect(exitCode).toBe(2);
});

test("--quick is the old name of --verify quick, and help has the new one", async () => {
  const old = await mssPack(["verify", good.ism, "--quick"]);
  expect(old.exitCode).toBe(0);
  const both = await verify(good.ism, "--quick");
  expect(both.stderr).toContain("cannot be used with option");
  const { stdout } = await mssPack(["verify", "--help"]);
  expect(stdout).toContain("--verify <level>");
  expect(stdout).not.toContain("--quick");
});

test("--for makes faults of what clients fail on, with a mend", async () => {
  const { ism } = await foreign(folder, untold);
  const plain = await verify(ism);
  expect(plain.stdout).toMatch(/^note: fragments have neither .*: VLC begins/m);
  expect(plain.exitCode).toBe(0);
  const asked = await verify(ism, "--for", "vlc,dashjs");
  expect(asked.stdout).toMatch(
    /^fault: clip\.ism: VLC begins .*\n {2}mss-pack repair .*\n {2}docs\/format/m,
  );
  expect(asked.exitCode).toBe(5);
  expect((await verify(ism, "--for", "dashjs")).exitCode).toBe(0);
  const media = join(good.folder, "clip_60.ismv");
  expect((await verify(media, "--for", "all")).exitCode).toBe(2);
  expect((await verify(ism, "--for", "winamp")).exitCode).toBe(2);
});
