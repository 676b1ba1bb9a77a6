import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, LONGEST_LINE } from "../../src/audience/log-bytes.js";

function split(splitter: LineSplitter, ...chunks: string[]): string[] {
  const lines = chunks.flatMap((text) => splitter.push(Buffer.from(text)));
  return [...lines, ...splitter.finish()];
}

test("lines are the same however their bytes come, within a letter too", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "é", "語", "\n") }),
      fc.array(fc.nat(30), { maxLength: 8 }),
      (text, cuts) => {
        const bytes = Buffer.from(text);
        const splitter = new LineSplitter();
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        const lines = ends.flatMap((end, i) =>
          splitter.push(bytes.subarray(ends[i - 1] ?? 0, end)),
        );
        expect([...lines, ...splitter.finish()]).toEqual(
          text.split("\n").filter((line) => line !== ""),
        );
      },
    ),
  );
});

test("a carriage return, a byte order mark and empty lines are passed over", () => {
  expect(split(new LineSplitter(), "\uFEFFa\r\n\r\n\nb")).toEqual(["a", "b"]);
});

test("a line that is too long is counted and left out, those around it are read", () => {
  const splitter = new LineSplitter();
  const long = "x".repeat(LONGEST_LINE);
  expect(split(splitter, "a\n", long, "x\nb\n", `${long}\n`)).toEqual([
    ...["a", "b", long],
  ]);
  expect(splitter.tooLong).toBe(1);
});

test("a line that is too long and never ends is counted once", () => {
  const splitter = new LineSplitter();
  const long = "x".repeat(LONGEST_LINE);
  expect(split(splitter, long, long, long)).toEqual([]);
  expect(splitter.tooLong).toBe(1);
});
