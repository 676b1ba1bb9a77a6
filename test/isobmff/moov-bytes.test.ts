import { open, type FileHandle } from "node:fs/promises";
import { expect } from "vitest";
import { box } from "../../src/isobmff/box.js";
import { readMoovBytes } from "../../src/isobmff/moov-bytes.js";
import { test, writeTo } from "../support/scratch-folder.js";

const trak = box("trak", box("tkhd", new Uint8Array(20)), box("mdia"));
const small = box("moov", box("mvhd", new Uint8Array(24)), trak, trak);

test("a moov without large tables is read at once: an origin reads thousands of them", async ({
  scratch,
}) => {
  const file = await open(await writeTo(scratch, "small.mp4", small));
  try {
    const counted = countReads(file);
    const span = { type: "moov", start: 0, size: small.length, headerSize: 8 };
    const bytes = await readMoovBytes(counted.file, span);
    expect(Buffer.compare(bytes, small)).toBe(0);
    expect(counted.reads()).toBe(1);
  } finally {
    await file.close();
  }
});

function countReads(file: FileHandle) {
  let reads = 0;
  const counted = new Proxy(file, {
    get: (target, name) => {
      if (name === "read") reads++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function"
        ? (value as () => unknown).bind(target)
        : value;
    },
  });
  return { file: counted, reads: () => reads };
}
