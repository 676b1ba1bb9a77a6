import { resolve } from "node:path";
import { expect, test } from "vitest";
import { relabelError } from "../../src/batch/pack-item.js";
import { PackError } from "../../src/errors.js";

test("a renamed path is told nowhere in an error, however deep it lies", () => {
  const path = "/out/.mss-pack-tmp-1/stdin";
  const error = new PackError("encode", `${path}: is odd.`, {
    hint: `The command was: ffmpeg -i ${path}`,
    facts: {
      file: path,
      errors: [`${path}: Invalid data`, { at: [path] }],
      stderr: `[mov] ${path}\n${path}`,
      exitCode: 1,
      lost: null,
    },
    cause: "the cause",
  });
  const renamed = relabelError(error, path, "standard input") as PackError;
  expect(renamed).toMatchObject({
    message: "standard input: is odd.",
    hint: "The command was: ffmpeg -i standard input",
    facts: {
      file: "standard input",
      errors: ["standard input: Invalid data", { at: ["standard input"] }],
      stderr: "[mov] standard input\nstandard input",
      exitCode: 1,
      lost: null,
    },
    cause: "the cause",
  });
  expect(renamed.stack).not.toContain(path);
});

test("a relative path is renamed where it is told whole, too", () => {
  const error = new PackError("input", `${resolve("a/b.mp4")} and a/b.mp4`);
  expect(relabelError(error, "a/b.mp4", "film")).toMatchObject({
    message: "film and film",
  });
});

test("what is no error of ours is left as it is", () => {
  const error = new Error("a bug");
  expect(relabelError(error, "a", "b")).toBe(error);
});
