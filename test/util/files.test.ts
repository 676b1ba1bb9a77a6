import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exists, isTaken } from "../../src/util/files.js";
import { staysBelow } from "../../src/util/paths.js";

test("a link that leads nowhere takes its name, though no file exists", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mss-pack-files-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const link = join(folder, "film.mp4");
  await symlink(join(folder, "nowhere"), link);
  expect([await exists(link), await isTaken(link)]).toEqual([false, true]);
});

test.each([
  ["series/first", true],
  ["..film", true],
  ["..", false],
  ["../film", false],
  ["..\\film", false],
  ["/film", false],
])("%s stays below its folder: %s", (path, isBelow) => {
  expect(staysBelow(path)).toBe(isBelow);
});
