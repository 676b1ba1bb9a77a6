import { expect, test } from "vitest";
import { outputError } from "../../src/errors.js";

const full = Object.assign(new Error("no room"), { code: "ENOSPC" });

test.each([
  [undefined, "The disk is full: make room, or give another -o FOLDER."],
  [
    "--access-log FILE",
    "The disk is full: make room, or give another --access-log FILE.",
  ],
])("with %s as the option that helps, the hint names it", (option, hint) => {
  expect(outputError("x", full, option)).toMatchObject({
    code: "output",
    message: "x: cannot be written (no room).",
    hint,
  });
});
