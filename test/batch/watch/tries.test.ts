import { describe, expect, test } from "vitest";
import { mostTries, pauseMs } from "../../../src/batch/watch/handle-file.js";
import { PackError, outputError } from "../../../src/errors.js";
import { signalError } from "../../../src/ffmpeg/killed.js";

const system = (code: string) => Object.assign(new Error(code), { code });

describe("a film is tried", () => {
  test.each([
    ["that is damaged", new PackError("input", "is damaged")],
    ["that ffmpeg cannot encode", new PackError("encode", "exit code 1")],
    ["that makes ffmpeg crash", signalError("encode", "ffmpeg", "SIGSEGV", {})],
    ["too large for the disk", outputError("out", system("EFBIG"))],
    ["of too long a name", outputError("out", system("ENAMETOOLONG"))],
    ["whose package exists", new PackError("exists", "exists already")],
    ["that shows a bug of ours", new TypeError("undefined")],
  ])("once: %s", (_, error) => {
    expect(mostTries(error)).toBe(1);
  });

  test.each([
    ["the disk is full", outputError("out", system("ENOSPC"))],
    ["the disk will be too full", new PackError("output", "needs 1 MB")],
    ["ffmpeg is not there", new PackError("tool", "No ffmpeg")],
    [
      "the machine has no file numbers left",
      new PackError("input", "cannot be read", { cause: system("EMFILE") }),
    ],
  ])("again and again when %s", (_, error) => {
    expect(mostTries(error)).toBe(Infinity);
  });

  test.each(["encode", "tool"] as const)(
    "five times when somebody kills the program (%s)",
    (code) => {
      expect(mostTries(signalError(code, "ffmpeg", "SIGKILL", {}))).toBe(5);
    },
  );

  test("with pauses that grow, up to a quarter of an hour", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 100].map((n) => pauseMs(n, 60_000));
    const minutes = pauses.map((ms) => ms / 60_000);
    expect(minutes).toEqual([1, 2, 4, 8, 15, 15, 15]);
  });
});
