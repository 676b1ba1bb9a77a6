import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dumpText, dumpFile } from "../../src/isobmff/dump.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";
import { REQUEST } from "./package.js";

const folder = tempFolder();

/** Refresh with `npm run test:update`, and read the difference before you keep it. */
test.each(["piff", "cenc"] as const)(
  "the protected fixtures, box by box, with %s boxes",
  async (boxes) => {
    const protection = { ...REQUEST, encryption: boxes, reproducible: true };
    const written = await writeFixturePackage(folder, "clip", { protection });
    for (const file of ["clip_60.ismv", "clip_eng_48.isma", "clip.ismc"]) {
      const path = join(written.folder, file);
      const text = file.endsWith(".ismc")
        ? readFileSync(path, "utf8")
        : await boxesOf(path);
      const golden = join("golden", boxes, file.replace(/v$|a$/, "$&.txt"));
      await expect(text).toMatchFileSnapshot(golden);
    }
  },
);

/** All boxes, and the bytes of those that tell of the protection. */
async function boxesOf(path: string): Promise<string> {
  const bytes = readFileSync(path);
  const lines: string[] = [];
  for await (const box of dumpFile(path))
    lines.push(
      dumpText(box)
        .split("\n")
        .flatMap((line) => [line, ...bytesOf(line, bytes)])
        .join("\n"),
    );
  return `${lines.join("\n")}\n`;
}

const SHOWN =
  /^( *)\[(?:uuid (?:a2394f52|d08a4f18).*|senc|pssh|sinf)\] at (\d+), (\d+) bytes/;

/** The first rows of a senc are enough to see what they are. */
const MOST_LINES = 8;

function bytesOf(line: string, file: Buffer): string[] {
  const [, indent = "", start, size] = SHOWN.exec(line) ?? [];
  if (start === undefined) return [];
  const box = file.subarray(Number(start), Number(start) + Number(size));
  const rows = box.toString("hex").match(/.{1,64}/g) ?? [];
  const shown = rows.slice(0, MOST_LINES).map((row) => `${indent}  | ${row}`);
  return rows.length > MOST_LINES ? [...shown, `${indent}  | ...`] : shown;
}
