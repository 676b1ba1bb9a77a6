import { describe, expect, test } from "vitest";
import { outputError, PackError } from "../../src/errors.js";
import { isPassing, toldAsPassing } from "../../src/tasks/passing.js";
import { requireSameMakers } from "../../src/tasks/same-makers.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { encoderBuild } from "../../src/ffmpeg/encoder-build.js";
import { version } from "../../src/util/install.js";

describe("failures that pass", () => {
  const errno = (code: string) => Object.assign(new Error(code), { code });
  test.each([
    ["a full disk", outputError("/out", errno("ENOSPC")), true],
    ["a share that is away", outputError("/out", errno("ESTALE")), true],
    ["a folder of another user", outputError("/out", errno("EACCES")), false],
    [
      "a killed ffmpeg",
      new PackError("encode", "killed", { facts: { signal: "SIGKILL" } }),
      true,
    ],
    [
      "a crashed ffmpeg",
      new PackError("encode", "crashed", { facts: { signal: "SIGSEGV" } }),
      false,
    ],
    ["a step that was stopped", new PackError("aborted", "stopped"), true],
    [
      "a step before it",
      new PackError("encode", "early", { facts: { passing: true } }),
      true,
    ],
    ["a damaged film", new PackError("input", "damaged"), false],
    ["a bug", new TypeError("undefined"), false],
  ])("%s", (_, error, passes) => {
    expect(isPassing(error)).toBe(passes);
    const told = toldAsPassing(error);
    expect(told instanceof PackError && told.code === "passing").toBe(passes);
  });
});

describe("programs of another machine", () => {
  test("are compared to the version of x264", async () => {
    const tools = await findTools();
    const encoder = await encoderBuild(tools);
    expect(encoder.x264).toMatch(/^core \d+/);
    const planned = { version: version(), encoder };
    await requireSameMakers(planned, tools, {});
    const other = {
      ...planned,
      encoder: { ...encoder, x264: "core 1 r2 abc" },
    };
    await expect(requireSameMakers(other, tools, {})).rejects.toMatchObject({
      code: "tool",
      message: `Here is ffmpeg ${encoder.ffmpeg} with x264 ${encoder.x264}, and the plan was made with ffmpeg ${encoder.ffmpeg} with x264 core 1 r2 abc. Expected the same on every machine.`,
    });
    await expect(
      requireSameMakers({ ...planned, version: "0.0.1" }, tools, {}),
    ).rejects.toMatchObject({ code: "tool" });
    await requireSameMakers(other, tools, { allowMixed: true });
  });
});
