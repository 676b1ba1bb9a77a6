import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { publish } from "../../src/output/publish.js";
import { closeWork, makeWork, type WorkFolder } from "../../src/output/work.js";
import { namesIn } from "../support/crashes.js";
import { test } from "../support/scratch-folder.js";

/** Writes a package of one sound file and one picture of its own bitrate; every file says which run made it. */
async function made(target: string, run: number) {
  const work = await makeWork(target, () => false);
  const media = [`clip_${run}.ismv`, "clip_und_128.isma"];
  const files = [...media, "clip.ismc", "clip.ism"];
  for (const file of files.slice(0, -1))
    writeFileSync(join(work.path, file), `made by ${run}`);
  const tracks = media.map((src) => `<video src="${src}"/>`).join("");
  writeFileSync(
    join(work.path, "clip.ism"),
    `<smil><!-- made by ${run} --><head><meta name="clientManifestRelativePath" content="clip.ismc"/></head>${tracks}</smil>`,
  );
  return { work, files };
}

interface Made {
  readonly work: WorkFolder;
  readonly files: readonly string[];
}

async function placed({ work, files }: Made, target: string, overwrite = true) {
  await publish(work, target, {
    ...{ files, overwrite, kept: [], made: [], signal: undefined },
    refuse: () => Promise.resolve(),
  }).finally(() => closeWork(work));
}

/** Which run made the package that stands there, all of it. */
function makerOf(target: string): number {
  const texts = namesIn(target).map((name) =>
    readFileSync(join(target, name), "utf8"),
  );
  const makers = texts.map((text) => /made by (\d+)/.exec(text)?.[1]);
  expect(new Set(makers).size).toBe(1);
  return Number(makers[0]);
}

test("of runs that replace one package at the same time the last one's stands, whole, with nothing of the others", async ({
  scratch,
}) => {
  for (let round = 0; round < 20; round++) {
    const runs = await Promise.all(
      [1, 2, 3, 4].map((run) => made(scratch, run)),
    );
    await Promise.all(runs.map((run) => placed(run, scratch)));
    const maker = makerOf(scratch);
    expect(namesIn(scratch)).toEqual([
      ...["clip.ism", "clip.ismc"],
      ...[`clip_${maker}.ismv`, "clip_und_128.isma"],
    ]);
  }
});

test("of runs that replace nothing at the same time the first one's stands, and the others are told", async ({
  scratch,
}) => {
  const runs = await Promise.all([1, 2, 3, 4].map((run) => made(scratch, run)));
  const ends = await Promise.allSettled(
    runs.map((run) => placed(run, scratch, false)),
  );
  const errors = ends.flatMap((end) =>
    end.status === "rejected" ? [end.reason as unknown] : [],
  );
  expect(errors).toHaveLength(3);
  for (const error of errors) expect(error).toMatchObject({ code: "exists" });
  expect(namesIn(scratch)).toContain(`clip_${makerOf(scratch)}.ismv`);
});
