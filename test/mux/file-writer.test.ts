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
  const target = await open(path, "wx");
  await target.write("front");
  const writer = new FileWriter(target.fd, 5);
  writer.write(head);
  writer.copy(handle.fd, 100, 2);
  writer.copy(handle.fd, 5, 600_000);
  writer.copy(Uint8Array.of(9, 8, 7, 6), 1, 2);
  writer.write(Uint8Array.of(1, 2, 3));
  writer.flush();
  await target.close();
  await handle.close();

  const parts = [
    Buffer.from("front"),
    head,
    source.subarray(100, 102),
    source.subarray(5, 600_005),
    Uint8Array.of(8, 7),
    Uint8Array.of(1, 2, 3),
  ];
  expect(readFileSync(path).equals(Buffer.concat(parts))).toBe(true);
  expect(writer.position).toBe(5 + 262_143 + 2 + 600_000 + 2 + 3);
});

test("a source that ends too early is said, not padded", async () => {
  const sourcePath = join(folder, "short");
  writeFileSync(sourcePath, "12345");
  const handle = await open(sourcePath, "r");
  const target = await open(join(folder, "short-copy"), "wx");
  const writer = new FileWriter(target.fd);
  expect(() => writer.copy(handle.fd, 2, 10)).toThrow(
    expect.objectContaining({ code: "mux" }),
  );
  await target.close();
  await handle.close();
});
