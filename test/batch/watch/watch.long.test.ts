import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  pack,
  unprotectPackage,
  watchFolder,
  type WatchOptions,
} from "../../../src/index.js";
import { loadPreset } from "../../../src/plan/read-preset.js";
import { REQUEST } from "../../drm/package.js";
import { filmMaker, notFilm, QUICK } from "../../support/films.js";
import { tools } from "../../support/programs.js";
import { CANNOT_FAKE, fakeProgram } from "../../support/scratch-folder.js";
import { tempFolder } from "../../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);

/** A watch folder of its own with an output folder beside it, looked at without waiting. */
function watchPlace(name: string) {
  const inbox = join(folder, name, "in");
  const output = join(folder, name, "out");
  mkdirSync(inbox, { recursive: true });
  const options = { output, ...QUICK, settleSeconds: 0, pollSeconds: 0 };
  return {
    inbox,
    output,
    put: (...names: string[]) =>
      films(...names.map((film) => join(name, "in", film))),
    watch: (more: Partial<WatchOptions>) =>
      watchFolder(inbox, { ...options, ...more }),
    once: (more: Partial<WatchOptions> = {}) =>
      watchFolder(inbox, { ...options, once: true, ...more }),
    options,
  };
}
const filesIn = (path: string) => readdirSync(path).sort();

describe("watched once", () => {
  test("good films end in done, others in failed with the reason beside them", async () => {
    const place = watchPlace("sorted");
    place.put("film.mp4");
    notFilm(join(place.inbox, "text.mp4"));
    const report = await place.once();
    expect(report).toMatchObject({ total: 2, done: 1, failed: 1 });
    expect(filesIn(place.inbox)).toEqual(["done", "failed"]);
    expect(filesIn(join(place.inbox, "done"))).toEqual(["film.mp4"]);
    const failed = join(place.inbox, "failed");
    expect(filesIn(failed)).toEqual(["text.mp4", "text.mp4.error.json"]);
    const reason: unknown = JSON.parse(
      readFileSync(join(failed, "text.mp4.error.json"), "utf8"),
    );
    expect(reason).toMatchObject({ state: "failed", code: "input", exit: 3 });
    expect(filesIn(place.output)).toContain("film.ism");
  });

  test("captions beside a film are packaged and go with it, when the preset says so", async () => {
    const place = watchPlace("captioned");
    place.put("film.mp4", "other.mp4");
    const captions = "1\n00:00:00,000 --> 00:00:01,000\nText\n";
    writeFileSync(join(place.inbox, "film.eng.srt"), captions);
    writeFileSync(join(place.inbox, "stray.eng.srt"), captions);
    const preset = join(folder, "captioned.json");
    const own = { ...(await loadPreset("smooth-480p")), captions: ["auto"] };
    writeFileSync(preset, JSON.stringify(own));
    await place.once({ preset });
    expect(filesIn(place.output)).toContain("film_eng.ismt");
    expect(filesIn(join(place.inbox, "done"))).toEqual([
      ...["film.eng.srt", "film.mp4", "other.mp4"],
    ]);
    expect(filesIn(place.inbox)).toContain("stray.eng.srt");
    await expect(place.once({ captions: ["film.srt"] })).rejects.toMatchObject({
      code: "usage",
    });
  });

  test("with its folders: done and failed keep the tree, and the packages too when asked", async () => {
    const place = watchPlace("tree");
    place.put("a/film.mp4", "b/c/film.mp4", "film.mp4");
    notFilm(join(place.inbox, "b", "text.mp4"));
    const report = await place.once({ recursive: true, keepFolders: true });
    expect(report).toMatchObject({ total: 4, done: 3, failed: 1 });
    const done = join(place.inbox, "done");
    for (const name of ["film", "a/film", "b/c/film"]) {
      expect(existsSync(join(done, `${name}.mp4`))).toBe(true);
      expect(existsSync(join(place.output, `${name}.ism`))).toBe(true);
    }
    const failed = filesIn(join(place.inbox, "failed", "b"));
    expect(failed).toEqual(["text.mp4", "text.mp4.error.json"]);
    expect(await place.once({ recursive: true })).toMatchObject({ total: 0 });
  });

  test("films of one name in two folders are rivals where the packages lie in one", async () => {
    const place = watchPlace("flat");
    place.put("a/film.mp4", "b/film.mp4");
    const report = await place.once({ recursive: true });
    expect(report.items).toMatchObject([
      { state: "done" },
      { state: "failed", code: "usage" },
    ]);
  });

  test("packages in a folder of the watch folder are no films", async () => {
    const place = watchPlace("inside");
    place.put("a/film.mp4");
    const options = { recursive: true, output: join(place.inbox, "a", "out") };
    expect(await place.once(options)).toMatchObject({ total: 1, done: 1 });
    expect(await place.once(options)).toMatchObject({ total: 0 });
  });

  test("keepFolders without recursive is refused", async () => {
    const place = watchPlace("no-tree");
    await expect(place.once({ keepFolders: true })).rejects.toMatchObject({
      code: "usage",
    });
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "is ready when the folder was looked at: one that cannot be read is refused before",
    async () => {
      const place = watchPlace("closed");
      const onReady = () => expect.unreachable("it was not looked at");
      chmodSync(place.inbox, 0o300);
      await expect(place.watch({ onReady })).rejects.toMatchObject({
        code: "input",
      });
      chmodSync(place.inbox, 0o700);
    },
  );

  test("an empty folder is no failure", async () => {
    expect(await watchPlace("empty").once()).toMatchObject({ total: 0 });
  });

  test("a film whose package a killed run has published goes to done without being packaged again", async () => {
    const place = watchPlace("published");
    const [film = ""] = place.put("film.mp4");
    await pack(film, place.options);
    const report = await place.once({
      onProgress: () => expect.unreachable("nothing is to be encoded"),
    });
    expect(report).toMatchObject({ skipped: 1, failed: 0 });
    expect(filesIn(join(place.inbox, "done"))).toEqual(["film.mp4"]);
  });

  test("a film is not done when its package was opened since: nothing protected would be there", async () => {
    const place = watchPlace("opened");
    const [film = ""] = place.put("film.mp4");
    const protection = REQUEST;
    const hidden = join(folder, "opened", "hidden");
    await pack(film, { ...place.options, output: hidden, protection });
    await unprotectPackage(join(hidden, "film.ism"), {
      ...{ output: place.output, contentKey: REQUEST.contentKey },
    });
    const report = await place.once({ protection });
    expect(report.items).toMatchObject([{ state: "failed", code: "exists" }]);
  });

  test("another film of the same name does not replace the package of the first", async () => {
    const place = watchPlace("other");
    const [film = ""] = place.put("film.mp4");
    await pack(film, { ...place.options, encoderPreset: "superfast" });
    const report = await place.once();
    expect(report.items).toMatchObject([{ state: "failed", code: "exists" }]);
  });

  test("two films of one name are not packaged into each other, also with overwrite", async () => {
    const place = watchPlace("rivals");
    place.put("film.mov", "film.mp4");
    const report = await place.once({ overwrite: true, jobs: 2 });
    expect(report).toMatchObject({ done: 1, failed: 1 });
    const failed = report.items.find(({ state }) => state === "failed");
    expect(failed).toMatchObject({
      code: "usage",
      input: join(place.inbox, "film.mp4"),
    });
  });

  test("what only belongs to a film neither fails it nor is taken for one, also when it has gone", async () => {
    const place = watchPlace("sidecars");
    place.put("film.mp4");
    const sidecars = ["film.jpg", "film.md5", "film.srt"];
    for (const name of sidecars) writeFileSync(join(place.inbox, name), name);
    expect(await place.once()).toMatchObject({ total: 1, done: 1 });
    expect(await place.once()).toMatchObject({ total: 0 });
    expect(filesIn(place.inbox)).toEqual(["done", "failed", ...sidecars]);
    expect(filesIn(join(place.inbox, "failed"))).toEqual([]);
  });

  test.skipIf(process.platform === "win32")(
    "of a symbolic link the link is put away, and still leads to the film",
    async () => {
      const place = watchPlace("linked");
      const [film = ""] = films("linked/store/film.mp4");
      symlinkSync("../store/film.mp4", join(place.inbox, "film.mp4"));
      expect(await place.once()).toMatchObject({ done: 1 });
      const to = join(place.inbox, "done", "film.mp4");
      expect(filesIn(place.inbox)).toEqual(["done", "failed"]);
      expect(realpathSync(to)).toBe(realpathSync(film));
    },
  );

  test("a film that somebody still writes to is left where it is", async () => {
    const place = watchPlace("growing");
    const [film = ""] = place.put("film.mp4");
    const warnings: string[] = [];
    const report = await place.once({
      onPlan: () => writeFileSync(film, readFileSync(film), { flag: "a" }),
      onWarning: (text) => warnings.push(text),
    });
    expect(report).toMatchObject({ total: 1 });
    expect(filesIn(place.inbox)).toEqual(["done", "failed", "film.mp4"]);
    expect(warnings.join()).toContain("has changed while it was worked on");
  });

  test("what is not the film's fault leaves it in the folder", async () => {
    const place = watchPlace("no-room");
    place.put("film.mp4");
    // A file where the output's parent should be: it cannot be made.
    writeFileSync(join(folder, "no-room", "wall"), "");
    const output = join(folder, "no-room", "wall", "out");
    const report = await place.once({ output });
    expect(report.items).toMatchObject([{ state: "failed", code: "output" }]);
    expect(filesIn(place.inbox)).toEqual(["done", "failed", "film.mp4"]);
  });
});

describe("watched until it is stopped", () => {
  test("films are packaged as they come", async () => {
    const place = watchPlace("coming");
    const stop = new AbortController();
    place.put("first.mp4");
    const report = await place.watch({
      signal: stop.signal,
      onMoved: ({ name }) =>
        name === "first" ? place.put("second.mp4") : stop.abort(),
    });
    expect(report).toMatchObject({ done: 2, stopped: 0 });
    expect(filesIn(join(place.inbox, "done"))).toEqual([
      "first.mp4",
      "second.mp4",
    ]);
  });

  test("stopped in the middle, the film stays and is packaged by the next watch", async () => {
    const place = watchPlace("stopped");
    const stop = new AbortController();
    place.put("film.mp4");
    const report = await place.watch({
      signal: stop.signal,
      onPlan: () => stop.abort(),
    });
    expect(report).toMatchObject({ done: 0, stopped: 1 });
    expect(filesIn(place.inbox)).toContain("film.mp4");
    expect(existsSync(place.output)).toBe(false);
    expect(await place.once()).toMatchObject({ done: 1 });
  });

  test("a folder that is away for a while is told once, and waited for", async () => {
    const place = watchPlace("away");
    const stop = new AbortController();
    const warnings: string[] = [];
    place.put("first.mp4");
    await place.watch({
      signal: stop.signal,
      onMoved({ name }) {
        if (name === "second") stop.abort();
        else rmSync(place.inbox, { recursive: true });
      },
      onWarning(text) {
        warnings.push(text);
        if (!text.includes("cannot be read")) return;
        mkdirSync(join(place.inbox, "done"), { recursive: true });
        place.put("second.mp4");
      },
    });
    expect(warnings).toEqual([
      expect.stringContaining("cannot be read"),
      expect.stringContaining("can be read again"),
    ]);
  });
});

describe.skipIf(CANNOT_FAKE)("a film that fails", () => {
  /** The real ffmpeg, but for what a line of shell does where it encodes. */
  const ffmpegThat = async (name: string, line: string) => {
    const { ffmpeg, ffprobe } = await tools();
    const encodes = `case " $* " in *" libx264 "*) ${line};; esac`;
    const script = [encodes, `exec ${ffmpeg.path} "$@"`];
    const ffmpegPath = await fakeProgram(folder, name, ...script);
    return { ffmpegPath, ffprobePath: ffprobe.path };
  };

  test("by a killed ffmpeg is tried again, and after five times it is in failed with the reason", async () => {
    const place = watchPlace("killed");
    const stop = new AbortController();
    const warnings: string[] = [];
    place.put("film.mp4");
    const report = await place.watch({
      ...(await ffmpegThat("killed-ffmpeg", "kill -KILL $$")),
      ...{ signal: stop.signal, retrySeconds: 0 },
      onWarning: (text) => warnings.push(text),
      onMoved: () => stop.abort(),
    });
    expect(report).toMatchObject({ failed: 5, done: 0 });
    expect(warnings).toEqual([
      expect.stringContaining("film.mp4: may not be to blame and stays; try 2"),
      ...[3, 4, 5].map(
        (n) => expect.stringContaining(`try ${n} of 5`) as string,
      ),
      expect.stringContaining("film.mp4: is given up after 5 tries."),
    ]);
    const reason = join(place.inbox, "failed", "film.mp4.error.json");
    expect(JSON.parse(readFileSync(reason, "utf8"))).toMatchObject({
      code: "encode",
      message: expect.stringContaining("was killed (SIGKILL)") as string,
    });
  });

  test("by a killed ffmpeg is left for the next run, watched once", async () => {
    const place = watchPlace("killed-once");
    place.put("film.mp4");
    const killed = await ffmpegThat("killed-ffmpeg-2", "kill -KILL $$");
    expect(await place.once(killed)).toMatchObject({ failed: 1 });
    expect(await place.once()).toMatchObject({ done: 1 });
  });

  test.each([
    ["told", "trap '' XFSZ; ulimit -f 4"],
    ["killed for it", "ulimit -f 4"],
  ])(
    "for it is too large for the disk is in failed at once: ffmpeg is %s",
    async (how, line) => {
      const place = watchPlace(`large ${how}`);
      place.put("film.mp4");
      const small = await ffmpegThat(`small-${how.slice(0, 4)}`, line);
      const report = await place.once(small);
      expect(report.items).toMatchObject([
        { code: "output", facts: { errno: "EFBIG" } },
      ]);
      expect(filesIn(join(place.inbox, "failed"))).toEqual([
        "film.mp4",
        "film.mp4.error.json",
      ]);
    },
  );

  test("for the disk is tried until the disk is right", async () => {
    const place = watchPlace("wall");
    const stop = new AbortController();
    const wall = join(folder, "wall", "wall");
    writeFileSync(wall, ""); // the output folder cannot be made
    place.put("film.mp4");
    let tries = 0;
    const report = await place.watch({
      ...{ output: join(wall, "out"), signal: stop.signal, retrySeconds: 0 },
      onWarning: () => {
        if (++tries === 7) rmSync(wall);
      },
      onMoved: () => stop.abort(),
    });
    expect(report).toMatchObject({ failed: 7, done: 1 });
    expect(filesIn(join(place.inbox, "done"))).toEqual(["film.mp4"]);
  });
});

describe("before any film it is refused", () => {
  test.each([
    ["a folder that is not there", (inbox: string) => [`${inbox}/x`, inbox]],
    ["packages into the watch folder", (inbox: string) => [inbox, inbox]],
  ] as const)("%s", async (_, places) => {
    const { inbox, options } = watchPlace("refused");
    const [folderToWatch = "", output = ""] = places(inbox);
    const failing = watchFolder(folderToWatch, { ...options, output });
    await expect(failing).rejects.toMatchObject({ code: "usage" });
  });
});
