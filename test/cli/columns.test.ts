import { expect, test } from "vitest";
import { cutEnd, fitPath } from "../../src/cli/audience-text.js";

test("a sentence that is too long keeps its beginning, which says what it is about", () => {
  expect(cutEnd("Watched 1:00:00", 15)).toBe("Watched 1:00:00");
  expect(cutEnd("Watched 1:00:00", 10)).toBe("Watched 1…");
  expect(cutEnd("見た 1:00", 4)).toBe("見…");
});

test("a path that is too long keeps its end, and is filled up to its column", () => {
  expect(fitPath("films/heron", 6)).toBe("…heron");
  expect(fitPath("films/見", 5)).toBe("…s/見");
  expect(fitPath("heron", 7)).toBe("heron  ");
});
