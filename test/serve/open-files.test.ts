import { statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { OpenFiles, servedFile } from "../../src/serve/open-files.js";
import { test } from "../support/scratch-folder.js";

const FIRST = Buffer.from("first");

/** A file with its marks. */
function fileIn(folder: string) {
  const path = join(folder, "film.ismv");
  writeFileSync(path, FIRST);
  return servedFile(path, statSync(path));
}

test("a file that a list opens at the end of the origin is closed with its release", async ({
  scratch,
}) => {
  const files = new OpenFiles();
  const file = fileIn(scratch);
  await files.closeAll();
  const handle = await open(file.path);
  const kept = files.add(file, handle);
  expect((await handle.stat()).size).toBe(5);
  files.release(kept);
  expect(handle.fd).toBe(-1);
  expect(files.takeOpen(file)).toBeUndefined();
});

test("a file in use stays open at the end until its release", async ({
  scratch,
}) => {
  const files = new OpenFiles();
  const file = fileIn(scratch);
  const taken = await files.take(file);
  await files.closeAll();
  expect((await taken.handle.read(Buffer.alloc(5), 0, 5, 0)).bytesRead).toBe(5);
  files.release(taken);
  expect(taken.handle.fd).toBe(-1);
});
