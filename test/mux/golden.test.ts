import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dumpText, dumpFile } from "../../src/isobmff/dump.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const written = await writeFixturePackage(folder);
const GOLDEN = "../golden";

/** Refresh with `npm run test:update`, and read the difference before you keep it. */
describe("the package of the fixtures, box by box", () => {
  test.each(written.tracks.map(({ file }) => file))("%s", async (file) => {
    const boxes: string[] = [];
    for await (const box of dumpFile(join(written.folder, file)))
      boxes.push(dumpText(box));
    await expect(`${boxes.join("\n")}\n`).toMatchFileSnapshot(
      join(GOLDEN, `${file}.txt`),
    );
  });

  test.each(["clip.ism", "clip.ismc"])("%s", async (file) => {
    const text = readFileSync(join(written.folder, file), "utf8");
    await expect(text).toMatchFileSnapshot(join(GOLDEN, file));
  });

  test("the bytes of every file, media included", async () => {
    const files = [
      ...written.tracks.map(({ file }) => file),
      "clip.ism",
      "clip.ismc",
    ];
    const lines = files.map(
      (file) => `${sha256(join(written.folder, file))}  ${file}\n`,
    );
    await expect(lines.join("")).toMatchFileSnapshot(
      join(GOLDEN, "sha256.txt"),
    );
  });
});

test("the same input gives the same bytes", async () => {
  const again = await writeFixturePackage(folder);
  for (const { file } of written.tracks) {
    expect(sha256(join(again.folder, file))).toBe(
      sha256(join(written.folder, file)),
    );
  }
});

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
