import { expect, test } from "vitest";
import { size } from "../../src/util/format.js";

test.each([
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [84_039_073_792, "84.0 GB"],
  [1_550_000_000_000, "1.6 TB"],
])("%d bytes are said with one decimal: %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

test("a need that is a little larger than what is free is said to be larger", () => {
  const [needed, free] = [6_240_000, 6_230_000];
  expect(size(needed, Math.ceil)).toBe("6.3 MB");
  expect(size(free, Math.floor)).toBe("6.2 MB");
});
