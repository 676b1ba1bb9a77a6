import { expect, test } from "vitest";
import { BufferPool } from "../../src/serve/read-bytes.js";

const MEGABYTE = 1024 * 1024;

test("a thousand buffers that are held at once take 20 MB, and nobody waits", () => {
  const pool = new BufferPool();
  const held = Array.from({ length: 1000 }, () => pool.take(MEGABYTE));
  const bytes = held.reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeLessThan(20 * MEGABYTE);
  expect(Math.min(...held.map(({ length }) => length))).toBeGreaterThan(4000);
});

test("a buffer that is given back is used again, one that is lost is not", () => {
  const pool = new BufferPool();
  const first = pool.take(MEGABYTE);
  pool.give(first);
  expect(pool.take(MEGABYTE)).toBe(first);
  pool.lose(first);
  expect(pool.take(MEGABYTE)).not.toBe(first);
});

test("large buffers are there again when slow readers are gone", () => {
  const pool = new BufferPool();
  const largest = pool.take(MEGABYTE).length;
  const held = Array.from({ length: 500 }, () => pool.take(MEGABYTE));
  expect(held.at(-1)?.length).toBeLessThan(largest);
  held.forEach((buffer, i) => (i % 2 ? pool.give(buffer) : pool.lose(buffer)));
  expect(pool.take(MEGABYTE)).toHaveLength(largest);
});

test("what is small gets a small one", () => {
  expect(new BufferPool().take(100).length).toBeLessThan(20_000);
});
