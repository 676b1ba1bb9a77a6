import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SyncSource } from "../../src/isobmff/fragment-folder.js";
import { openAtOnce } from "../../src/isobmff/media-source.js";
import {
  FileWriter,
  WRITE_SIZE,
  ReadWindow,
} from "../../src/mux/buffered-copy.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

test.each([true, false])(
  "what is written and copied arrives in order, across the edges of the buffers (dense: %s)",
  async (isDense) => {
    const source = randomBytes(700_000);
    const sourcePath = join(folder, `source-${isDense}`);
    writeFileSync(sourcePath, source);
    const head = randomBytes(262_143);
    const path = join(folder, `copy-${isDense}`);

    const handle = openAtOnce(sourcePath);
    const target = await open(path, "wx");
    await target.write("front");
    const writer = newWriter(target.fd, 5);
    const window = new ReadWindow();
    window.isDense = isDense;
    writer.write(head);
    writer.copy(handle, 100, 2, window);
    writer.copy(handle, 5, 600_000, window);
    writer.copy(handle, 1, 3, window);
    writer.copy(handle, 699_990, 10, window);
    writer.write(Uint8Array.of(1, 2, 3));
    writer.flush();
    await target.close();
    handle.closeSync();

    const parts = [
      Buffer.from("front"),
      head,
      source.subarray(100, 102),
      source.subarray(5, 600_005),
      source.subarray(1, 4),
      source.subarray(699_990),
      Uint8Array.of(1, 2, 3),
    ];
    expect(readFileSync(path).equals(Buffer.concat(parts))).toBe(true);
    expect(writer.position).toBe(5 + 262_143 + 2 + 600_000 + 3 + 10 + 3);
  },
);

test("a window does not take one file for another", () => {
  writeFileSync(join(folder, "a"), "aaaa");
  writeFileSync(join(folder, "b"), "bbbb");
  const a = openAtOnce(join(folder, "a"));
  const b = openAtOnce(join(folder, "b"));
  const window = new ReadWindow();
  const read = (file: SyncSource) =>
    String(Buffer.from(window.read(file, 1, 2)));
  expect([read(a), read(b), read(a)]).toEqual(["aa", "bb", "aa"]);
  a.closeSync();
  b.closeSync();
});

test("a source that ends too early is said, not padded", async () => {
  const sourcePath = join(folder, "short");
  writeFileSync(sourcePath, "12345");
  const handle = openAtOnce(sourcePath);
  const target = await open(join(folder, "short-copy"), "wx");
  const writer = newWriter(target.fd, 0);
  expect(() => writer.copy(handle, 2, 10, new ReadWindow())).toThrow(
    expect.objectContaining({ code: "input" }),
  );
  await target.close();
  handle.closeSync();
});

function newWriter(file: number, position: number): FileWriter {
  return new FileWriter(file, position, Buffer.alloc(WRITE_SIZE));
}
