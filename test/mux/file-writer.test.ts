import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileWriter } from "../../src/mux/file-writer.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

test("what is written and copied arrives in order, across the edges of the buffer", async () => {
  const source = randomBytes(700_000);
  const sourcePath = join(folder, "source");
  writeFileSync(sourcePath, source);
  const head = randomBytes(262_143);
  const path = join(folder, "copy");

  const handle = await open(sourcePath, "r");
  const writer = await FileWriter.create(path);
  writer.write(head);
  writer.copy(handle, 100, 2);
  writer.copy(handle, 5, 600_000);
  writer.copy(Uint8Array.of(9, 8, 7, 6), 1, 2);
  writer.write(Uint8Array.of(1, 2, 3));
  await writer.finish();
  await writer.close();
  await handle.close();

  const parts = [
    head,
    source.subarray(100, 102),
    source.subarray(5, 600_005),
    Uint8Array.of(8, 7),
    Uint8Array.of(1, 2, 3),
  ];
  expect(readFileSync(path).equals(Buffer.concat(parts))).toBe(true);
  expect(writer.position).toBe(262_143 + 2 + 600_000 + 2 + 3);
});

test("a source that ends too early is said, not padded", async () => {
  const sourcePath = join(folder, "short");
  writeFileSync(sourcePath, "12345");
  const handle = await open(sourcePath, "r");
  const writer = await FileWriter.create(join(folder, "short-copy"));
  expect(() => writer.copy(handle, 2, 10)).toThrow(
    expect.objectContaining({ code: "mux" }),
  );
  await writer.close();
  await handle.close();
});

test("a file that exists is never written over", async () => {
  const path = join(folder, "there");
  writeFileSync(path, "mine");
  await expect(FileWriter.create(path)).rejects.toMatchObject({
    code: "EEXIST",
  });
});
