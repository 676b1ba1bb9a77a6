import { describe, expect } from "vitest";
import { probe } from "../../src/probe/probe.js";
import {
  requireNotKilled,
  signalError,
  signalOf,
  wasKilled,
} from "../../src/ffmpeg/killed.js";
import type { RunResult } from "../../src/ffmpeg/run.js";
import { tools } from "../support/programs.js";
import {
  CANNOT_FAKE,
  fakeProgram,
  test,
  writeTo,
} from "../support/scratch-folder.js";

const ended: RunResult = {
  ...{ exitCode: 0, killedBy: null },
  ...{ stdout: "", stderr: "words" },
};

describe("a program", () => {
  test("that ended by itself was not ended by a signal, whatever its exit code", () => {
    expect(signalOf({ ...ended, exitCode: 1 })).toBeUndefined();
    expect(requireNotKilled(ended, "ffmpeg")).toBe(ended);
  });

  test("that a shell between has seen killed was killed", () => {
    expect(signalOf({ ...ended, exitCode: 137 })).toBe("SIGKILL");
  });

  test("that was killed is told as that, and proves nothing of its input", () => {
    const run: RunResult = { ...ended, exitCode: 128, killedBy: "SIGKILL" };
    expect(() => requireNotKilled(run, "ffprobe")).toThrow(
      "ffprobe was killed (SIGKILL) before it had finished.",
    );
  });

  test("that has crashed is no machine out of memory: the input brings it out", () => {
    const run: RunResult = { ...ended, exitCode: 128, killedBy: "SIGSEGV" };
    expect(requireNotKilled(run, "ffprobe")).toBe(run);
    const error = signalError("encode", "ffmpeg", "SIGSEGV", {});
    expect(error.message).toContain("ffmpeg has crashed (SIGSEGV)");
    expect(error.hint).toContain("another version");
    expect(wasKilled(error)).toBe(false);
  });
});

describe.skipIf(CANNOT_FAKE)("an input", () => {
  test.for([
    ["killed", "KILL", { code: "tool", facts: { signal: "SIGKILL" } }],
    ["made to crash", "SEGV", { code: "input" }],
  ] as const)(
    "whose ffprobe is %s is judged by that",
    async ([, signal, error], { scratch }) => {
      const input = await writeTo(scratch, "film.mp4", Buffer.from("film"));
      const { ffmpeg, ffprobe } = await tools();
      const line = `kill -${signal} $$`;
      const path = await fakeProgram(scratch, "ffprobe", line);
      const fake = { ffmpeg, ffprobe: { ...ffprobe, path } };
      await expect(probe(input, fake)).rejects.toMatchObject(error);
    },
  );
});
