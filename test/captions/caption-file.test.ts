import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ContentCheck, hashOf } from "../../src/captions/caption-file.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

test("a file of many pieces is the same to the last byte, whatever was read before it", async () => {
  const path = join(folder, "film.srt");
  const bytes = new Uint8Array(200_000).fill(65);
  writeFileSync(path, bytes);
  const content = hashOf(bytes);
  const check = new ContentCheck();
  await check.requireSame(path, content);
  await check.requireSame(path, content);
  writeFileSync(path, bytes.with(-1, 66));
  await expect(check.requireSame(path, content)).rejects.toThrow(
    "film.srt: changed during the run.",
  );
});
