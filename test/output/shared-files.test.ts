import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack, type PackOptions } from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { looksOf, namesIn } from "../support/crashes.js";
import { test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";

const clip = await makeClip(join(tempFolder(), "clip.mp4"), { seconds: 1 });
const WHOLE = ["clip.ism", "clip.ismc", "clip_60.ismv", "clip_und_128.isma"];

/** An .ism as somebody writes it by hand. */
function handMade(output: string, name: string, ...media: string[]): void {
  const tracks = media.map((src) => `<video src="${src}" />`);
  const text = `<smil><body><switch>${tracks.join("")}</switch></body></smil>`;
  writeFileSync(join(output, name), text);
}

async function packaged(scratch: string) {
  const output = join(scratch, "out");
  const options: PackOptions = {
    ...{ output, rungs: ["160x90:60k"], encoderPreset: "ultrafast" },
    overwrite: true,
  };
  await pack(clip, options);
  return { output, options };
}

/** A run that must be refused before anything is encoded, with nothing changed. */
async function expectRefused(
  options: PackOptions,
  file: string,
  by: string,
): Promise<void> {
  const { output } = options;
  const before = looksOf(output);
  const started: string[] = [];
  const run = pack(clip, { ...options, onPlan: () => started.push("encode") });
  await expect(run).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(
      `${join(output, file)}: is a file of ${by}`,
    ) as string,
    facts: { file: join(output, file), manifest: join(output, by) },
  });
  expect(started).toEqual([]);
  expect(looksOf(output)).toEqual(before);
}

describe("a file that another .ism in the folder names", () => {
  test("is not replaced: the run is refused before it begins", async ({
    scratch,
  }) => {
    const { output, options } = await packaged(scratch);
    handMade(output, "b.ism", "clip_60.ismv");
    await expectRefused(options, "clip_60.ismv", "b.ism");
  });

  test("is not made either when it is missing", async ({ scratch }) => {
    const { output, options } = await packaged(scratch);
    handMade(output, "b.ism", "other_60.ismv");
    const other = { ...options, name: "other", overwrite: false };
    await expectRefused(other, "other_60.ismv", "b.ism");
  });

  test("stays when the package that had it, too, is replaced by one without", async ({
    scratch,
  }) => {
    const { output, options } = await packaged(scratch);
    handMade(output, "b.ism", "clip_60.ismv");
    const file = looksOf(output).find((look) => look.startsWith("clip_60."));
    await pack(clip, { ...options, rungs: ["96x54:30k"] });
    expect(looksOf(output)).toContain(file);
    expect(namesIn(output)).toEqual([
      ...["b.ism", "clip.ism", "clip.ismc", "clip_30.ismv"],
      ...["clip_60.ismv", "clip_und_128.isma"],
    ]);
  });

  test("may be the client manifest: of a package whose .ism was renamed", async ({
    scratch,
  }) => {
    const { output, options } = await packaged(scratch);
    renameSync(join(output, "clip.ism"), join(output, "b.ism"));
    const rungs = ["96x54:30k"];
    await expectRefused({ ...options, rungs }, "clip_und_128.isma", "b.ism");
    const audio = { ...options, rungs, audioBitrate: "64k" };
    await expectRefused(audio, "clip.ismc", "b.ism");
  });

  test("goes with that .ism when that is the one that is replaced", async ({
    scratch,
  }) => {
    const { output, options } = await packaged(scratch);
    renameSync(join(output, "clip.ism"), join(output, "b.ism"));
    await pack(clip, { ...options, name: "b" });
    const names = WHOLE.map((name) => name.replace("clip", "b"));
    expect(namesIn(output)).toEqual(names);
  });

  test("is not replaced when that .ism came while the package was made", async ({
    scratch,
  }) => {
    const { output, options } = await packaged(scratch);
    const before = looksOf(output);
    const run = pack(clip, {
      ...options,
      onProgress: ({ step }) => {
        if (step === "verify") handMade(output, "b.ism", "clip_60.ismv");
      },
    });
    await expect(run).rejects.toMatchObject({ code: "usage" });
    const names = namesIn(output).filter((name) => name !== "b.ism");
    expect(names).toEqual(WHOLE);
    expect(looksOf(output)).toEqual(expect.arrayContaining(before));
  });
});

describe("no other package is", () => {
  test.skipIf(process.platform === "win32")(
    "a link to the one that is replaced",
    async ({ scratch }) => {
      const { output, options } = await packaged(scratch);
      symlinkSync("clip.ism", join(output, "latest.ism"));
      await pack(clip, options);
      expect(namesIn(output)).toEqual([...WHOLE, "latest.ism"]);
    },
  );

  test("a folder or a broken text that is called like one", async ({
    scratch,
  }) => {
    const { output, options } = await packaged(scratch);
    mkdirSync(join(output, "folder.ism"));
    writeFileSync(join(output, "text.ism"), '<smil><video src="clip_60.ismv"');
    await pack(clip, options);
    expect(namesIn(output)).toEqual(expect.arrayContaining(WHOLE));
  });
});

test("a package is put back when something of the user's came into its place", async ({
  scratch,
}) => {
  const { output, options } = await packaged(scratch);
  const before = looksOf(output);
  const run = pack(clip, {
    ...options,
    rungs: ["96x54:30k"],
    onProgress: ({ step }) => {
      if (step === "verify")
        mkdirSync(join(output, "clip_30.ismv"), { recursive: true });
    },
  });
  await expect(run).rejects.toMatchObject({ code: "exists" });
  expect(looksOf(output)).toEqual(expect.arrayContaining(before));
});
