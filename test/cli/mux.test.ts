import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mux as muxInProcess } from "../../src/pipeline/mux.js";
import { jsonLines, mssPack, type CliOptions } from "../support/cli.js";
import { ffmpeg, makeClip } from "../support/clip.js";
import { CAN_MOUNT, SmallDisk } from "../support/small-disk.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);

/** A film with sound, and a rung of it without. */
const film = await makeClip(path("film.mp4"), {
  ...{ size: "160x90", seconds: 4, filters: "setpts=PTS" },
  options: ["-g", "50", "-sc_threshold", "0"],
});
await ffmpeg(
  ["-v", "error", "-i", film, "-map", "0:v", "-c", "copy", path("low.mp4")],
  "low.mp4",
);

let outputs = 0;

/** Runs `mss-pack mux` into a new folder. */
async function mux(args: readonly string[], options: CliOptions = {}) {
  const out = path(`out-${(outputs += 1)}`);
  const result = await mssPack(["mux", ...args, "-o", out], {
    cwd: folder,
    ...options,
  });
  return { ...result, out };
}

test("a length of fragments that the key frames do not allow is told", async () => {
  const { exitCode, stderr } = await mux(["film.mp4", "--fragment", "1.5"]);
  expect(stderr).toContain("Fragments are 2 s long, not 1.5:");
  expect(exitCode).toBe(0);
});

test("finished MP4s become a package, told in a few lines", async () => {
  const { exitCode, stdout, stderr, out } = await mux([
    ...["film.mp4", "low.mp4", "--name", "title"],
    ...["--language", "film.mp4:2=de", "--verify", "full"],
  ]);
  expect(stderr).toMatch(
    /^title\n {2}source {4}0:04, 3 tracks as they are\n {2}cut {7}2 fragments of 2 s\n {2}video .* -> title_\d+\.ismv\n {2}video .* -> title_\d+_2\.ismv\n {2}audio {5}film.mp4 track 2: deu, 1 channel, 48000 Hz, \d+ kbit\/s, AAC-LC -> title_deu_\d+\.isma\n/,
  );
  expect(stderr).toMatch(/Package: .*title\.ism\n$/);
  expect(stderr).not.toContain("Fragments are");
  expect([exitCode, stdout]).toEqual([0, ""]);
  const names = readdirSync(out).map((name) => name.replace(/(_\d+)+/, "_N"));
  expect(names.sort()).toEqual([
    "title.ism",
    "title.ismc",
    "title_N.ismv",
    "title_N.ismv",
    "title_deu_N.isma",
  ]);
});

describe("single tracks of a file", () => {
  const soundsOf = (stdout: string) => {
    const [first] = jsonLines(stdout) as [
      { plan: { tracks: { trackId: number; language: string }[] } }?,
    ];
    return first?.plan.tracks.map(({ trackId, language }) => [
      trackId,
      language,
    ]);
  };

  beforeAll(async () => {
    await ffmpeg(
      [
        ...["-v", "error", "-i", film, "-map", "0:v", "-map", "0:a"],
        ...["-map", "0:a", "-c", "copy", path("three.mp4")],
      ],
      "three.mp4",
    );
    copyFileSync(path("three.mp4"), path("C:\\three.mp4"));
    copyFileSync(path("low.mp4"), path("three.mp4:7"));
    copyFileSync(path("low.mp4"), path("low.mp4=eng"));
  });

  test.each([
    ["one", ["three.mp4:2"], [[2, "und"]]],
    [
      "several, the sounds in the order given",
      ["three.mp4:1", "three.mp4:3=de", "three.mp4:2=fra"],
      [
        [1, "und"],
        [3, "deu"],
        [2, "fra"],
      ],
    ],
    [
      "with --language and --bitrate of one of them",
      [
        ...["three.mp4:1", "three.mp4:2", "three.mp4:3"],
        ...["--language", "three.mp4:3=swe", "--bitrate", "three.mp4:2=70k"],
      ],
      [
        [1, "und"],
        [2, "und"],
        [3, "swe"],
      ],
    ],
    [
      "a whole file with its language",
      ["low.mp4", "film.mp4:2=ita"],
      [
        [1, "und"],
        [2, "ita"],
      ],
    ],
    [
      "a path of Windows",
      ["C:\\three.mp4:3=eng", "--name", "three"],
      [[3, "eng"]],
    ],
    ["no track, where a file has that name", ["three.mp4:7"], [[1, "und"]]],
    ["no language, where a file has that name", ["low.mp4=eng"], [[1, "und"]]],
    ["of all files of a pattern", ["thr*.mp4:2"], [[2, "und"]]],
  ])("%s", async (_, args, tracks) => {
    const { stdout, stderr } = await mux([...args, "--json"]);
    expect(soundsOf(stdout), stderr).toEqual(tracks);
  });

  test.each([
    [
      "a track that is not there",
      ["film.mp4:3"],
      "film.mp4: has no track 3. Expected one of 1, 2.\n  Its pictures and sounds: 1 (video, und), 2 (audio, und).",
    ],
    [
      "a track given twice",
      ["film.mp4:2", "film.mp4:2=eng"],
      "film.mp4: track 2 is given twice. Expected each track once.",
    ],
    [
      "a file and one of its tracks",
      ["film.mp4", "film.mp4:2"],
      "film.mp4: track 2 is given twice.",
    ],
    [
      "a language that is none",
      ["film.mp4:2=klingon"],
      'film.mp4:2=klingon: "klingon" is not a language. Expected FILE, FILE:TRACK',
    ],
    [
      "a language of a track that is not taken",
      ["film.mp4:1", "--language", "film.mp4:2=eng"],
      "Expected one of the files: film.mp4:1.",
    ],
  ])("%s is refused in words", async (_, args, message) => {
    const { exitCode, stderr, out } = await mux(args);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  test("of a missing file: the file is named", async () => {
    const { exitCode, stderr } = await mux(["gone.mp4:2=eng"]);
    expect(stderr).toContain("gone.mp4: cannot be read");
    expect(exitCode).toBe(3);
  });

  test("are trackIds in the library", async () => {
    const output = path("by-library");
    const inputs = [{ path: film, trackIds: [2], language: "nld" }];
    const { plan } = await muxInProcess(inputs, { output });
    expect(plan.tracks.map(({ stream, file }) => [stream, file])).toEqual([
      ["audio", expect.stringMatching(/^film_nld_\d+\.isma$/)],
    ]);
  });
});

test("--json tells plan, progress and result, one object a line", async () => {
  const { exitCode, stdout } = await mux(["film.mp4", "--json"]);
  const lines = jsonLines(stdout);
  expect(exitCode).toBe(0);
  expect(lines[0]).toMatchObject({
    type: "plan",
    plan: { name: "film", cutTimes: [0, 20_000_000], tracks: [{}, {}] },
  });
  expect(lines.at(-1)).toMatchObject({ type: "result", state: "done" });
});

test("a second time needs --overwrite", async () => {
  const { out } = await mux(["film.mp4"]);
  const again = ["mux", film, "-o", out];
  expect((await mssPack(again)).exitCode).toBe(7);
  expect((await mssPack([...again, "--overwrite"])).exitCode).toBe(0);
});

test("a package may be made anew from its own files, into another folder", async () => {
  const { out } = await mux(["film.mp4"]);
  const files = readdirSync(out).filter((name) => /\.ism[va]$/.test(name));
  const { exitCode } = await mux(files, { cwd: out });
  expect(exitCode).toBe(0);
});

describe("silly input is refused in words, and nothing is left behind:", () => {
  beforeAll(() => {
    writeFileSync(path("notes.txt"), "This is no film.\n");
    writeFileSync(path("empty.mp4"), "");
    writeFileSync(path("film.ism"), "<smil/>");
    writeFileSync(path("film.ismc"), "<SmoothStreamingMedia/>");
    mkdirSync(path("folder.mp4"));
  });

  test.each([
    [
      "a text file",
      ["notes.txt"],
      3,
      "notes.txt: no moov box found.\n  The file is cut off, or it is not MP4 or MOV: ffmpeg -i FILE -c copy NEW.mp4",
    ],
    ["an empty file", ["empty.mp4"], 3, "empty.mp4: no moov box found."],
    [
      "a package without tracks",
      ["film.ism"],
      3,
      "film.ism: names no track.\n  Give the .ism file of a package.",
    ],
    [
      "a client manifest",
      ["film.ismc"],
      3,
      "no moov box found.\n  It is a client manifest. Give the .ism file beside it.",
    ],
    ["a folder", ["folder.mp4"], 3, "folder.mp4: cannot be read (it is not a"],
    ["a missing file", ["film.mp4", "gone.mp4"], 3, "gone.mp4: cannot be read"],
    ["no file", [], 2, "No files given. Expected mss-pack mux FILES..."],
    [
      "a file given twice",
      ["film.mp4", "film.mp4"],
      2,
      "film.mp4 is given twice. Expected each file once.",
    ],
    [
      "a file given twice by other names",
      ["film.mp4", "./folder.mp4/../film.mp4"],
      2,
      "is the same file as film.mp4.",
    ],
    [
      "a language that is none",
      ["film.mp4", "--language", "film.mp4=klingon"],
      2,
      '--language is "film.mp4=klingon". Expected FILE=CODE or FILE:TRACK=CODE',
    ],
    [
      "a language of another file",
      ["film.mp4", "--language", "other.mp4=eng"],
      2,
      "Expected one of the files: film.mp4.",
    ],
    [
      "a language of a track that is not there",
      ["film.mp4", "--language", "film.mp4:9=eng"],
      2,
      "film.mp4: has no track 9. Expected one of 1, 2.",
    ],
    [
      "a bitrate for a file of two tracks",
      ["film.mp4", "--bitrate", "film.mp4=500k"],
      2,
      "Expected FILE:TRACK=BITRATE with a track of 1, 2.",
    ],
    [
      "a bitrate far off",
      ["low.mp4", "--bitrate", "low.mp4=90M"],
      2,
      "low.mp4: a bitrate of 90000000 is given, its samples have",
    ],
    ["fragments of no length", ["film.mp4", "--fragment", "0"], 2, "0.5 to 60"],
    [
      "fragments of words",
      ["film.mp4", "--fragment", "two"],
      2,
      "Expected seconds, such as 2 or 2.5.",
    ],
    [
      "a name that is a path",
      ["film.mp4", "--name", "../film"],
      2,
      'The package\'s name is "../film".',
    ],
  ])("%s", async (_, args, code, message) => {
    const { exitCode, stderr, out } = await mux(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("bug");
    expect(exitCode).toBe(code);
    expect(existsSync(out)).toBe(false);
  });

  test("no output folder", async () => {
    const { exitCode, stderr } = await mssPack(["mux", film]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`For example: mss-pack mux ${film} -o out/`);
  });
});

describe("an input inside the output folder", () => {
  test("stays beside the package", async () => {
    const out = path("beside");
    mkdirSync(out);
    copyFileSync(film, join(out, "film.mp4"));
    const args = ["mux", join(out, "film.mp4"), "-o", out];
    expect((await mssPack(args)).exitCode).toBe(0);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(["film.mp4", "film.ism"]),
    );
  });

  test("is not replaced by a file of the same name, not even with --overwrite", async () => {
    const { out } = await mux(["film.mp4"]);
    const files = readdirSync(out).filter((name) => /\.ism[va]$/.test(name));
    const { exitCode, stderr } = await mssPack(
      ["mux", ...files, "-o", ".", "--name", "film", "--overwrite"],
      { cwd: out },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is the input and would be replaced");
    expect(readdirSync(out)).toHaveLength(4);
  });
});

describe.skipIf(!CAN_MOUNT)(
  "a full disk (skipped unless root may mount a small one)",
  () => {
    let disk: SmallDisk;
    beforeAll(() => {
      disk = new SmallDisk(4_000_000);
    });
    afterAll(() => disk.remove());

    afterEach(() => disk.empty());

    test("is told before a byte is written", async () => {
      disk.fill(30_000);
      const out = join(disk.path, "out");
      const { exitCode, stderr } = await mssPack(["mux", film, "-o", out]);
      expect(exitCode).toBe(5);
      expect(stderr).toContain(`${out}: needs about`);
      expect(existsSync(out)).toBe(false);
    });

    test("or when it gets full while the package is written, which leaves nothing", async () => {
      const output = join(disk.path, "out");
      const onPlan = () => disk.fill(8192);
      await expect(
        muxInProcess([film], { output, onPlan }),
      ).rejects.toMatchObject({
        code: "output",
        message: expect.stringContaining(output) as string,
      });
      expect(existsSync(output)).toBe(false);
    });

    test("is no matter where the package lies on another one than the film", async () => {
      const out = join(disk.path, "out");
      expect((await mssPack(["mux", film, "-o", out])).exitCode).toBe(0);
    });
  },
);
