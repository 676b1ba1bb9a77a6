import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { uptime } from "node:os";
import { basename, join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { ownerText, THIS_PROCESS, type Owner } from "../../src/ffmpeg/owner.js";
import { clearDeadWork } from "../../src/output/clean-up.js";
import {
  writePublication,
  placedFile,
} from "../../src/output/publish-journal.js";
import type { Job } from "../../src/output/stamp.js";
import { closeWork, makeWork, type WorkFolder } from "../../src/output/work.js";
import { namesIn } from "../support/crashes.js";
import { test } from "../support/scratch-folder.js";

const JOB: Job = {
  name: "clip",
  settings: "",
  ffmpeg: "5.1",
  version: "1.2.3",
  content: undefined,
};
const HOUR = 3600;
const DEAD: Owner = { ...THIS_PROCESS, pid: 999_999_999 };
const FILES = ["clip_60.ismv", "clip.ismc", "clip.ism"];

/** A work folder that another run has left, last alive some seconds ago. */
function leave(target: string, owner: string, silentSeconds = 0): string {
  const name = `.mss-pack-tmp-${owner}-abcdef`;
  const path = join(target, name);
  mkdirSync(path, { recursive: true });
  const beat = join(path, "alive");
  writeFileSync(beat, ".");
  const then = Date.now() / 1000 - silentSeconds;
  utimesSync(beat, then, then);
  return name;
}

let work: WorkFolder;
afterEach(() => closeWork(work));

/** What is left of others' work after a run has begun in the folder. */
async function leftAfterClearing(target: string): Promise<string[]> {
  work = await makeWork(target, () => false);
  await clearDeadWork(target, work, JOB, {
    resume: false,
    signal: undefined,
  });
  return namesIn(target).filter((name) => join(target, name) !== work.path);
}

describe("a work folder of this machine", () => {
  test("stays while its process lives, however long it is silent", async ({
    scratch,
  }) => {
    const mine = leave(scratch, ownerText(THIS_PROCESS), 9 * HOUR);
    expect(await leftAfterClearing(scratch)).toEqual([mine]);
  });

  test("goes when its process is dead, at once", async ({ scratch }) => {
    leave(scratch, ownerText(DEAD));
    expect(await leftAfterClearing(scratch)).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")(
    "goes when its number belongs to another process by now",
    async ({ scratch }) => {
      const { start } = THIS_PROCESS;
      leave(scratch, ownerText({ ...THIS_PROCESS, start: start - 1 }));
      expect(await leftAfterClearing(scratch)).toEqual([]);
    },
  );

  test("goes when it was silent since before the machine was started", async ({
    scratch,
  }) => {
    const before = { ...THIS_PROCESS, space: "0badb007" };
    leave(scratch, ownerText(before), Math.min(uptime() + 5, HOUR + 5));
    expect(await leftAfterClearing(scratch)).toEqual([]);
  });

  test("stays when it is another container's that gives signs of life", async ({
    scratch,
  }) => {
    const other = ownerText({ ...DEAD, space: "0badb007" });
    const name = leave(scratch, other, Math.min(uptime() / 2, HOUR / 2));
    expect(await leftAfterClearing(scratch)).toEqual([name]);
  });
});

describe("a work folder of another machine", () => {
  test.for([
    ["stays", "a minute", 60],
    ["stays", "59 minutes", HOUR - 60],
    ["goes", "61 minutes", HOUR + 60],
  ] as const)(
    "%s after %s of silence",
    async ([end, , silent], { scratch }) => {
      const name = leave(scratch, ownerText({ ...DEAD, host: "ci_7" }), silent);
      const left = await leftAfterClearing(scratch);
      expect(left).toEqual(end === "stays" ? [name] : []);
    },
  );

  test("goes by its own time when it was killed before its first sign of life", async ({
    scratch,
  }) => {
    const name = ".mss-pack-tmp-of-an-older-version";
    const path = join(scratch, name);
    mkdirSync(path);
    expect(await leftAfterClearing(scratch)).toEqual([name]);
    await closeWork(work);
    const then = Date.now() / 1000 - 2 * HOUR;
    utimesSync(path, then, then);
    expect(await leftAfterClearing(scratch)).toEqual([]);
  });
});

describe("a publication that a dead run did not end", () => {
  /** A dead run that came as far as `published` of its files. */
  async function half(target: string, published: readonly string[]) {
    const path = join(target, leave(target, ownerText(DEAD)));
    for (const file of FILES) writeFileSync(join(path, file), file);
    await writePublication(path, target, FILES, []);
    for (const file of published)
      linkSync(join(path, file), join(target, file));
  }

  test("is taken back", async ({ scratch }) => {
    await half(scratch, FILES.slice(0, 2));
    expect(await leftAfterClearing(scratch)).toEqual([]);
  });

  test("is a package when only the clearing up was left", async ({
    scratch,
  }) => {
    await half(scratch, FILES);
    expect(await leftAfterClearing(scratch)).toEqual([...FILES].sort());
  });

  test("takes no file of the user's with it", async ({ scratch }) => {
    writeFileSync(join(scratch, "clip.ismc"), "clip.ismc");
    await half(scratch, ["clip_60.ismv"]);
    expect(await leftAfterClearing(scratch)).toEqual(["clip.ismc"]);
  });

  /** A dead run that has put an old package aside, as far as the first of its files. */
  async function setAside(target: string, aside: readonly string[]) {
    const path = join(target, leave(target, ownerText(DEAD)));
    for (const file of OLD) writeFileSync(join(target, file), "old");
    for (const file of FILES) writeFileSync(join(path, file), "new");
    await writePublication(path, target, FILES, OLD);
    for (const file of aside)
      renameSync(join(target, file), join(path, "replaced", file));
    return path;
  }
  const OLD = ["clip_25.ismv", "clip.ismc", "clip.ism"];

  test.for([1, 2, 3])(
    "gives the old package back, %i files of which were out of the way",
    async (count, { scratch }) => {
      const path = await setAside(scratch, [...OLD].reverse().slice(0, count));
      if (count === 3)
        for (const file of FILES.slice(0, 2))
          linkSync(join(path, file), join(scratch, file));
      expect(await leftAfterClearing(scratch)).toEqual([...OLD].sort());
      for (const file of OLD)
        expect(readFileSync(join(scratch, file), "utf8")).toBe("old");
    },
  );

  test("gives no .ism back whose media is gone", async ({ scratch }) => {
    const path = await setAside(scratch, OLD);
    rmSync(join(path, "replaced", "clip_25.ismv"));
    expect(await leftAfterClearing(scratch)).toEqual(["clip.ismc"]);
  });

  test("stays as it is while something of the user's stands in the old package's place", async ({
    scratch,
  }) => {
    const path = await setAside(scratch, OLD);
    writeFileSync(join(scratch, "clip_25.ismv"), "the user's");
    const left = [basename(path), "clip_25.ismv"];
    expect(await leftAfterClearing(scratch)).toEqual(left);
    await closeWork(work);
    rmSync(join(scratch, "clip_25.ismv"));
    expect(await leftAfterClearing(scratch)).toEqual([...OLD].sort());
  });

  test("leaves an old package alone that it had not touched yet", async ({
    scratch,
  }) => {
    const path = join(scratch, leave(scratch, ownerText(DEAD)));
    for (const file of FILES) writeFileSync(join(scratch, file), "old");
    for (const file of FILES) writeFileSync(join(path, file), "new");
    await writePublication(path, scratch, FILES, FILES);
    expect(await leftAfterClearing(scratch)).toEqual([...FILES].sort());
  });

  test("names nothing outside of the folder", async ({ scratch }) => {
    const target = join(scratch, "out");
    const path = join(target, leave(target, ownerText(DEAD)));
    writeFileSync(join(scratch, "film.mp4"), "film");
    const film = await placedFile(target, "../film.mp4");
    const manifest = { ...film, file: "clip.ism" };
    const list = { fresh: [film, manifest], old: [] };
    writeFileSync(join(path, "publishing.json"), JSON.stringify(list));
    await leftAfterClearing(target);
    expect(namesIn(scratch)).toEqual(["film.mp4", "out"]);
  });
});
