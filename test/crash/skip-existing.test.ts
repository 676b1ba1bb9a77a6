import { appendFileSync, rmSync } from "node:fs";
import { copyFile, cp, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack, type PackOptions } from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { looksOf } from "../support/crashes.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tools } from "../support/programs.js";
import { test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 1 });

/** As the first run of most tests leaves it: made once, since a copy is the same package. */
const made = join(folder, "made");
await pack(clip, { output: made, ...(await settings()) });

async function settings() {
  const small = { rungs: ["160x90:60k"], encoderPreset: "ultrafast" };
  return { ...small, skipExisting: true, tools: await tools() };
}

async function packaged(scratch: string) {
  const input = join(scratch, "clip.mp4");
  await copyFile(clip, input);
  const output = join(scratch, "out");
  await cp(made, output, { recursive: true });
  const options: PackOptions = { output, ...(await settings()) };
  return { input, output, options };
}

describe("with --skip-existing", () => {
  test("a complete package of the same input and settings is left alone", async ({
    scratch,
  }) => {
    const { input, output, options } = await packaged(scratch);
    rmSync(output, { recursive: true });
    const first = await pack(input, options);
    expect(first.skipped).toBe(false);
    const before = looksOf(output);
    const again = await pack(input, { ...options, overwrite: true });
    expect(again).toEqual({
      ...{ ...first, skipped: true, report: again.report },
    });
    expect(again.report.findings).toEqual([]);
    expect(looksOf(output)).toEqual(before);
  });

  test("the input is known by its content, not by its name or time", async ({
    scratch,
  }) => {
    const { input, options } = await packaged(scratch);
    const elsewhere = join(scratch, "moved.mp4");
    await rename(input, elsewhere);
    const again = await pack(elsewhere, { ...options, name: "clip" });
    expect(again.skipped).toBe(true);
  });

  test("other words for the same settings are the same settings", async ({
    scratch,
  }) => {
    const { input, options } = await packaged(scratch);
    const rungs = ["160x90:60.0k"];
    const again = await pack(input, { ...options, rungs, verify: "full" });
    expect(again.skipped).toBe(true);
  });

  test.for<[string, Partial<PackOptions>]>([
    ["another speed", { encoderPreset: "superfast" }],
    ["another grid", { fragmentSeconds: 1 }],
    ["tfdt boxes", { tfdt: true }],
    ["salvage", { salvage: true }],
  ])(
    "a package made without %s is in the way",
    async ([, changes], { scratch }) => {
      const { input, options } = await packaged(scratch);
      await expect(
        pack(input, { ...options, ...changes }),
      ).rejects.toMatchObject({
        code: "exists",
        message: expect.stringContaining(
          "exists already. It was made with other settings.",
        ) as string,
      });
    },
  );

  test("a package of other rungs is whole, and is said to be of other rungs", async ({
    scratch,
  }) => {
    const { input, options } = await packaged(scratch);
    const other = { ...options, rungs: ["160x90:40k"] };
    await expect(pack(input, other)).rejects.toMatchObject({
      code: "exists",
      facts: {
        difference:
          "was made with other settings: it has clip_60.ismv and lacks clip_40.ismv",
      },
    });
    appendFileSync(input, "more");
    await expect(pack(input, other)).rejects.toMatchObject({
      facts: { difference: "was made of another input" },
    });
  });

  test("a package of another input is in the way, and replaced with --overwrite", async ({
    scratch,
  }) => {
    const { input, options } = await packaged(scratch);
    appendFileSync(input, "more");
    await expect(pack(input, options)).rejects.toMatchObject({
      code: "exists",
      facts: { difference: "was made of another input" },
    });
    const again = await pack(input, { ...options, overwrite: true });
    expect(again.skipped).toBe(false);
    expect((await pack(input, options)).skipped).toBe(true);
  });

  test.for<[string, string, (output: string) => void]>([
    [
      "without a media file",
      "is not complete: clip_60.ismv is missing",
      (output) => rmSync(join(output, "clip_60.ismv")),
    ],
    [
      "of which only the manifest for clients is left",
      "is not complete: clip.ism is missing",
      (output) =>
        ["clip.ism", "clip_60.ismv"].forEach((name) =>
          rmSync(join(output, name)),
        ),
    ],
    [
      "without its .ism",
      "is not complete: clip.ism is missing",
      (output) => rmSync(join(output, "clip.ism")),
    ],
    [
      "with a wrong byte in its index",
      "is not valid when read back",
      (output) =>
        patchFile(join(output, "clip_60.ismv"), (bytes) => {
          bytes.fill(0xff, payloadOf(bytes, "tfra") + 16);
        }),
    ],
    [
      "that does not say what it was made of",
      "does not say what it was made of",
      (output) => replaceText(join(output, "clip.ism"), /<!--.*-->\n/, ""),
    ],
  ])(
    "a package %s is not taken for one",
    async ([, difference, damage], { scratch }) => {
      const { input, output, options } = await packaged(scratch);
      damage(output);
      await expect(pack(input, options)).rejects.toMatchObject({
        code: "exists",
        facts: { difference },
      });
      const again = await pack(input, { ...options, overwrite: true });
      expect(again.skipped).toBe(false);
    },
  );

  test("a salvaged package that is left alone tells what is lost as the run did that made it", async ({
    scratch,
  }) => {
    const { input, options } = await packaged(scratch);
    patchFile(input, (bytes) => {
      const middle = Math.floor(bytes.length / 2);
      bytes.fill(0xa5, middle, middle + 20_000);
    });
    const salvage = { ...options, salvage: true, name: "damaged" };
    const made = await pack(input, salvage);
    expect(made.lost.length).toBeGreaterThan(0);
    expect(await pack(input, salvage)).toMatchObject({
      ...{ skipped: true, lost: made.lost },
      report: { findings: [] },
    });
  });

  test("where nothing stands, a package is made", async ({ scratch }) => {
    const { input, options, output } = await packaged(scratch);
    rmSync(output, { recursive: true });
    expect((await pack(input, options)).skipped).toBe(false);
  });
});
