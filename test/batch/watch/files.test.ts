import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import {
  candidates,
  lookInto,
  type LookOptions,
} from "../../../src/batch/watch/candidates.js";
import { moveInto } from "../../../src/batch/watch/folders.js";
import { test } from "../../support/scratch-folder.js";

/** To whom no folder is closed. */
const isRoot = process.platform === "win32" || process.getuid?.() === 0;

/** What is seen in a folder that holds these files; a name with a slash lies in one of its folders. */
async function seenAmong(inbox: string, ...names: string[]) {
  return seenWith({}, inbox, ...names);
}

async function seenWith(
  options: LookOptions,
  inbox: string,
  ...names: string[]
) {
  const [done, failed] = [join(inbox, "done"), join(inbox, "failed")];
  for (const folder of [done, failed]) await mkdir(folder);
  for (const name of names) {
    await mkdir(dirname(join(inbox, name)), { recursive: true });
    await writeFile(join(inbox, name), name);
  }
  const notInbox = ["done", "failed", join("deep", "out")];
  const seen = await candidates({ inbox, done, failed, notInbox }, options);
  return seen.map(({ name, size }) => [name, size]);
}

describe("of a watch folder", () => {
  test("films are seen, in the order people count", async ({ scratch }) => {
    const names = ["take-10.mp4", "take-2.mov", "done/take-1.mp4"];
    expect(await seenAmong(scratch, ...names)).toEqual([
      ["take-2.mov", 10],
      ["take-10.mp4", 11],
    ]);
  });

  test("with its folders, but for those that are not for us", async ({
    scratch,
  }) => {
    const names = ["film.mp4", "a/b/film.mp4", "a/film.jpg", "a/b/film.jpg"];
    const others = [".hidden/film.mp4", "done/a/film.mp4", "deep/out/f.ismv"];
    await mkdir(join(scratch, "a"));
    await symlink(scratch, join(scratch, "a", "round"), "dir");
    const all = [scratch, ...names, ...others] as const;
    expect(await seenWith({ recursive: true }, ...all)).toEqual([
      [join("a", "b", "film.mp4"), 12],
      ["film.mp4", 8],
    ]);
  });

  test("a folder in it that cannot be read is told, and the others are seen", async ({
    scratch,
  }) => {
    const away: string[] = [];
    await mkdir(join(scratch, "a"));
    await chmod(join(scratch, "a"), 0);
    const onUnreadable = (path: string) => away.push(path);
    const seen = await seenWith(
      { recursive: true, onUnreadable },
      ...([scratch, "b/film.mp4"] as const),
    );
    await chmod(join(scratch, "a"), 0o700);
    expect(seen).toEqual([[join("b", "film.mp4"), 10]]);
    expect(away).toEqual(isRoot ? [] : [join(scratch, "a")]);
  });

  test("names of what is hidden or not finished are not", async ({
    scratch,
  }) => {
    const names = [
      ".film.mp4",
      ".mss-pack-tmp-host-1-abc",
      "film.mp4.part",
      "film.mp4.crdownload",
      "film.mp4.filepart",
      "film.tmp",
      "film.mp4~",
      "~film.mp4",
      "film.mp4.error.json",
      "Thumbs.db",
    ];
    expect(await seenAmong(scratch, ...names)).toEqual([]);
  });

  test("checksums, texts and subtitles are not, with a film or without", async ({
    scratch,
  }) => {
    const names = ["film.md5", "film.MP4.SHA256", "film.de.srt", "other.nfo"];
    expect(await seenAmong(scratch, ...names, "film.mp4")).toEqual([
      ["film.mp4", 8],
    ]);
  });

  test.for([
    ["beside it", "film.mp4"],
    ["beside it, in other letters", "FILM.MKV"],
    ["still on its way", "film.mp4.part"],
    ["that is packaged", "done/film.mp4"],
    ["that has failed", "failed/film.mp4"],
  ] as const)(
    "a picture of the name of a film is not: of one %s",
    async ([, film], { scratch }) => {
      const posters = ["film.jpg", "film.mp4.PNG"].slice(
        0,
        film === "FILM.MKV" ? 1 : 2,
      );
      const seen = await seenAmong(scratch, ...posters, film);
      expect(seen.filter(([name]) => name !== film)).toEqual([]);
    },
  );

  test("a picture of its own is a film", async ({ scratch }) => {
    const others = ["other.mp4", "done/other-2.mp4", "film.srt"];
    const seen = await seenAmong(scratch, ...others, "film.png");
    expect(seen).toContainEqual(["film.png", 8]);
  });
});

test("a folder that cannot be read is refused at the first look, and waited for later", async ({
  scratch,
}) => {
  const inbox = join(scratch, "in");
  const folders = {
    ...{ inbox, done: join(inbox, "done"), failed: join(inbox, "failed") },
    notInbox: ["done", "failed"],
  };
  const said: string[] = [];
  const options = {
    output: "out",
    onWarning: (text: string) => said.push(text),
  };
  const look = lookInto(folders, options);
  await expect(look()).rejects.toMatchObject({ code: "input" });
  await mkdir(inbox);
  expect(await look()).toEqual([]);
  await rename(inbox, join(scratch, "away"));
  expect(await look()).toEqual([]);
  expect(await look()).toEqual([]);
  await rename(join(scratch, "away"), inbox);
  await look();
  expect(said).toEqual([
    `${inbox}: cannot be read (no such file or directory).`,
    `${inbox}: can be read again.`,
  ]);
});

describe("a file that is put away", () => {
  test("replaces nothing: a number is added", async ({ scratch }) => {
    const done = join(scratch, "done");
    await mkdir(done);
    await writeFile(join(done, "film.mp4"), "first");
    await writeFile(join(done, "film-2.mp4"), "second");
    await writeFile(join(scratch, "film.mp4"), "third");
    const to = await moveInto(join(scratch, "film.mp4"), done);
    expect(to).toBe(join(done, "film-3.mp4"));
    expect(await readFile(to, "utf8")).toBe("third");
    expect(await readFile(join(done, "film.mp4"), "utf8")).toBe("first");
    expect(await readdir(scratch)).toEqual(["done"]);
  });

  test.skipIf(process.platform === "win32").for([
    ["a relative one", "../store/film.mp4"],
    ["one that goes through a folder that is a link", "aside/../film.mp4"],
    ["one from the root", undefined],
  ] as const)(
    "may be a symbolic link, which leads to the same file then: %s",
    async ([, told], { scratch }) => {
      const [inbox, store] = [join(scratch, "in"), join(scratch, "store")];
      const film = join(store, "film.mp4");
      await mkdir(join(inbox, "done"), { recursive: true });
      await mkdir(join(store, "deep"), { recursive: true });
      await writeFile(film, "a film");
      await symlink(join(store, "deep"), join(inbox, "aside"));
      await writeFile(join(inbox, "done", "film.mp4"), "first");
      await symlink(told ?? film, join(inbox, "film.mp4"));
      // The watch folder may be reached by a link too, from another depth.
      const watched = join(store, "deep", "in");
      await symlink(inbox, watched);
      const from = join(watched, "film.mp4");
      const to = await moveInto(from, join(watched, "done"));
      expect(to).toBe(join(watched, "done", "film-2.mp4"));
      expect((await lstat(to)).isSymbolicLink()).toBe(true);
      expect(await realpath(to)).toBe(await realpath(film));
      expect(await readdir(inbox)).toEqual(["aside", "done"]);
      expect(await readFile(film, "utf8")).toBe("a film");
    },
  );
});
