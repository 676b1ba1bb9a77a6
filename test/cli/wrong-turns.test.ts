import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { GROUPS } from "../../src/cli/options/option.js";
import { OPTIONS } from "../../src/cli/program.js";
import { ANSWERS, answerTo } from "../../src/cli/other-tools.js";
import { usageError } from "../../src/cli/usage-error.js";
import {
  refuseMisspeltCommand,
  requirePackage,
  withOutputFlag,
} from "../../src/cli/wrong-turns.js";
import { mssPack } from "../support/cli.js";
import { fixture } from "../support/fixtures.js";
import { test } from "../support/scratch-folder.js";

describe("what other tools call it is answered with our word", () => {
  test.each([
    ["-i", "mss-pack film.mp4 -o out/"],
    ["-y", "--overwrite"],
    ["--force", "--overwrite"],
    ["--webhook", "--notify URL"],
    ["--callback", "--notify URL"],
    ["--hook", "--on-done PROGRAM"],
    ["--exec", "--on-done PROGRAM"],
    ["--post-hook", "--on-done PROGRAM"],
    ["--dry-run", "mss-pack plan"],
    ["-crf", "--crf 23"],
    ["-tune", "--tune film"],
    ["-threads", "--threads"],
    ["-ss", "--start 1:30"],
    ["--subtitle", "--captions FILE=LANGUAGE"],
    ["--crop", "crop="],
    ["--scale", "--max-height"],
    ["--segment-duration", "--fragment"],
  ])("%s", (option, answer) => {
    const { message, hint } = usageError(`error: unknown option '${option}'`);
    expect(message).toBe(`unknown option '${option}'.`);
    expect(hint).toContain(answer);
  });

  test("each answer names only options that there are", () => {
    const flags = new Set(
      OPTIONS.map((row) => /--[\w-]+/.exec(row.flags)?.[0]),
    );
    // ffmpeg's own options are not ours.
    const named = ANSWERS.flatMap((answer) => [
      ...answer.matchAll(/(?<=^| )--[a-z][\w-]+/g),
    ]);
    expect(named.length).toBeGreaterThan(30);
    for (const [option] of named) expect(flags).toContain(option);
  });

  test.each([
    [["-vf", "scale=1280:720"], "--max-height"],
    [["-vf", "yadif"], "deinterlaces interlaced video itself"],
    [["-vf", "hue=s=0"], "chooses the filters itself"],
    [["-c", "copy"], "mss-pack mux film.mp4"],
    [["-c:v", "libx265"], "The video is H.264"],
    [["-c:v", "h264_qsv"], "--encoder h264_nvenc, h264_qsv"],
    [["-f", "ismv"], "Leave it out"],
    [["-f", "hls"], "Smooth Streaming and nothing else"],
    [["-f", "film.mp4"], "--overwrite"],
    [["-q", "20"], "--rung"],
    [["-q"], "--quiet"],
    [["--format=dash"], "Smooth Streaming and nothing else"],
  ])("%j: the value tells what is meant", (words, answer) => {
    const option = words[0]?.split("=")[0];
    const commanders = `error: unknown option '${option}'`;
    expect(usageError(commanders, words).hint).toContain(answer);
  });

  test.each([
    ["verify", "--full", "Leave it out: verify decodes everything."],
    ["verify", "--deep", "--quick reads the package back"],
    ["mux", "--full", "--verify full"],
    ["verify", "--recursive", "a folder stands for all packages"],
    ["remove", "--captions", "mss-pack remove film.ism text_deu"],
    ["plan", "--recursive", "mss-pack watch has --recursive"],
    ["film.mp4", "--chapters", "NAME.chapters.vtt"],
    ["film.mp4", "--log", "--report FILE"],
    ["film.mp4", "--progress", "--quiet"],
    ["film.mp4", "--widevine", "--protect playready"],
    ["film.mp4", "-window_size", "not of live streams"],
  ])("%s %s is answered", (command, option, answer) => {
    const { hint } = usageError(
      `error: unknown option '${option}'`,
      [command, option],
      OPTIONS,
    );
    expect(hint).toContain(answer);
  });

  test("--help is no guess", () => {
    const { hint } = usageError(
      "error: unknown option '--heap'\n(Did you mean --help?)",
      ["verify", "--heap"],
      OPTIONS,
    );
    expect(hint).toBe("mss-pack verify --help shows its options.");
  });

  test.each([
    [["add", "a.ism", "de.srt"], "--captions film.srt=eng"],
    [["protect", "a.ism", "out"], "given with -o"],
    [["serve", "a", "b"], "One folder is served"],
    [["remove", "a.ism"], "remove out/film.ism text_deu"],
  ])("%j: the word is told where it goes", async (words, answer) => {
    const { stderr, exitCode } = await mssPack(words);
    expect(stderr).toContain(answer);
    expect(exitCode).toBe(2);
  });

  test("an option of another command is told so", () => {
    const error = usageError(
      "error: unknown option '--rung'",
      ["mux", "a.mp4", "--rung", "720p:3000k"],
      OPTIONS,
    );
    expect(error.hint).toBe(
      "It is an option of convert, mss-pack INPUT, watch, plan and submit, not of mux. mss-pack mux --help shows its options.",
    );
  });

  test("the beginning of an option is completed", () => {
    const { hint } = usageError(
      "error: unknown option '--skip'\n(Did you mean --kid?)",
      ["a.mp4", "--skip"],
      OPTIONS,
    );
    expect(hint).toContain("Did you mean --skip-existing?");
    expect(hint).not.toContain("--kid");
  });

  test("what every object has is no option of another tool", () => {
    expect(answerTo("toString")).toBeUndefined();
  });
});

describe("a first word that is nearly a command", () => {
  test.each([
    ["veriify", "verify"],
    ["pln", "plan"],
    ["Serve", "serve"],
    ["doktor", "doctor"],
  ])("%s: did you mean %s?", (word, command) => {
    expect(() => refuseMisspeltCommand([word, "out/film.ism"])).toThrow(
      expect.objectContaining({
        code: "usage",
        hint: expect.stringContaining(`mss-pack ${command}?`) as string,
      }),
    );
  });

  test.each([
    ["play", "mss-pack serve FOLDER"],
    ["encode", "mss-pack INPUT -o out/"],
    ["info", "mss-pack plan INPUT"],
    ["decrypt", "mss-pack unprotect PACKAGE"],
    ["version", "mss-pack --version"],
  ])("%s of another tool is %s", async (word, command) => {
    const { stderr, exitCode } = await mssPack([word, "film.mp4", "-o", "x"]);
    expect(stderr).toContain(`Did you mean ${command}?`);
    expect(exitCode).toBe(2);
  });

  test("help knows the words of other tools too", async () => {
    const { stderr } = await mssPack(["help", "play"]);
    expect(stderr).toContain("Did you mean mss-pack serve FOLDER?");
  });

  test.each([
    ["segment", "Ladder:"],
    ["Language", "Audio:"],
    ["subtitles", "Captions:"],
  ])("help %s is the topic of that word", async (word, title) => {
    const { stdout } = await mssPack(["help", word]);
    expect(stdout.split("\n")[0]).toBe(title);
  });

  test("a command behind its file is told where it goes", () => {
    expect(() => refuseMisspeltCommand(["film.mp4", "plan"])).toThrow(
      expect.objectContaining({
        message: '"plan" is a command, not a file.',
        hint: expect.stringContaining("mss-pack plan film.mp4.") as string,
      }),
    );
  });

  test.each(["film", "holiday", "verify.mp4", ""])("%j is an input", (word) => {
    expect(() => refuseMisspeltCommand([word])).not.toThrow();
  });

  test("a file of that name is a file", async ({ scratch }) => {
    const path = join(scratch, "veriify");
    await writeFile(path, "");
    expect(() => refuseMisspeltCommand([path])).not.toThrow();
  });
});

describe("a whole command in quotes", () => {
  test.each([
    ["films/a.mp4 -o out", "mss-pack films/a.mp4 -o out"],
    ["mss-pack a.mp4 --rung 720p:3000k", "mss-pack a.mp4 --rung 720p:3000k"],
    ["verify out/film.ism", "mss-pack verify out/film.ism"],
  ])("%s", (word, line) => {
    expect(() => refuseMisspeltCommand([word])).toThrow(
      expect.objectContaining({
        code: "usage",
        message: `"${word}" is one word, and not a file.`,
        hint: `Quotes go around each path alone: ${line}`,
      }),
    );
  });

  test.each(["My film - part 2.mp4", "A -1- B.mp4"])("%s is a path", (path) => {
    expect(() => refuseMisspeltCommand([path])).not.toThrow();
  });
});

describe("a file of another kind", () => {
  test.each([
    ["film.ismc", "mss-pack verify"],
    ["film.srt", "--captions"],
  ])("%s is told what it is for", async (name, answer) => {
    const scratch = await mkdtemp(join(tmpdir(), "mss-pack-"));
    onTestFinished(() => rm(scratch, { recursive: true }));
    const path = join(scratch, name);
    await writeFile(path, "x");
    for (const args of [
      ["plan", path],
      [path, "-o", join(scratch, "out")],
    ]) {
      const { stderr, exitCode } = await mssPack(args);
      expect(stderr).toContain("not a film.");
      expect(stderr).toContain(answer);
      expect(exitCode).toBe(3);
    }
  });

  test.each([
    ["verify", []],
    ["add", ["--captions", "x.srt=eng"]],
    ["remove", ["text_eng"]],
    ["protect", ["-o", "x"]],
    ["unprotect", ["-o", "x"]],
  ])("%s names a missing package as it was given", async (command, more) => {
    const word = "nowhere/film.ism";
    const { stderr, exitCode } = await mssPack([command, word, ...more]);
    expect(stderr).toContain(`${word}: cannot be read (no such file`);
    expect(exitCode).toBe(3);
  });

  test("verify of a film is told so", async ({ scratch }) => {
    const film = join(scratch, "film.mkv");
    await writeFile(film, "x");
    expect(() => requirePackage(film)).toThrow("is a film, not a package");
  });
});

describe("a folder as the last word", () => {
  test("is the output folder", async ({ scratch }) => {
    const folder = join(scratch, "films.d");
    await mkdir(folder);
    expect(withOutputFlag(["film.mp4", "out"])).toBe(
      "mss-pack film.mp4 -o out",
    );
    expect(withOutputFlag(["film.mp4", "new/"])).toContain("-o new/");
    expect(withOutputFlag(["film.mp4", folder])).toContain(`-o ${folder}`);
  });

  test("but another film is not", () => {
    expect(withOutputFlag(["a.mp4", "b.mp4"])).toBeUndefined();
    expect(withOutputFlag(["out"])).toBeUndefined();
  });

  test("the command says so", async () => {
    const { stderr, exitCode } = await mssPack(["film.mp4", "out"]);
    expect(stderr).toContain("For example: mss-pack film.mp4 -o out\n");
    expect(exitCode).toBe(2);
  });
});

describe("a file as the output", () => {
  const film = fixture("film.mp4");

  test("is a folder and a name", async () => {
    const last = await mssPack([film, "out.ism"]);
    expect(last.stderr).toContain(`mss-pack ${film} -o out/ --name out\n`);
    const flag = await mssPack([film, "-o", "packages/one.ism"]);
    expect(flag.stderr).toContain(
      '--output is "packages/one.ism". Expected a folder.',
    );
    expect(flag.stderr).toContain("-o packages --name one.");
    expect([last.exitCode, flag.exitCode]).toEqual([2, 2]);
  });
});

describe("a word that looks like an option", () => {
  test.each([
    [["--name", "-o", "x"], "--name has no value: -o follows."],
    [["-o", "--overwrite"], "--output has no value: --overwrite follows."],
    [["--", "--rung", "720p"], "--rung: is not a file."],
    [["-2", "-o", "x"], "--two-pass encodes in two passes."],
  ])("%j is answered", async (words, answer) => {
    const { stderr, exitCode } = await mssPack(["a.mp4", ...words]);
    expect(stderr).toContain(answer);
    expect(exitCode).toBe(2);
  });
});

describe("plan refuses what the run would refuse", () => {
  test.each([
    [["--jobs", "0"], '--jobs is "0". Expected a whole number from 1 to 64.'],
    [["--verify", "no"], '--verify is "no". Expected one of quick, full.'],
    [["--quiet", "--verbose"], "cannot be used with option"],
    [
      ["--max-height", "10"],
      '--max-height is "10". Expected 32 pixels or more',
    ],
    [["--audio-bitrate", "128"], "(do you mean 128k?)"],
    [["--loudness", "16"], "(do you mean -16?)"],
    [["--loudness", "-3"], '--loudness is "-3". Expected ebu, atsc, LUFS from'],
    [["--preset", "azure"], "Did you mean azure-1080p?"],
  ])("%j", async (flags, answer) => {
    const film = fixture("film.mp4");
    const { stderr, exitCode } = await mssPack(["plan", film, ...flags]);
    expect(stderr).toContain(answer);
    expect(exitCode).toBe(2);
  });
});

test("plan measures sound when it is asked", async () => {
  const args = ["plan", fixture("film.mp4"), "--rung", "90p:100k"];
  const { stdout } = await mssPack([...args, "--loudness", "-16"]);
  expect(stdout).toMatch(
    /\n {12}loudness {3}-[\d.]+ LUFS, peak -[\d.]+ dBTP, range [\d.]+ LU -> -16 LUFS, \+[\d.]+ dB\n/,
  );
  expect((await mssPack(args)).stdout).not.toContain("LUFS");
});

test("plan tells own rungs and a single channel", async () => {
  const own = ["--rung", "90p:100k", "--audio-channels", "1"];
  const { stdout } = await mssPack(["plan", fixture("film.mp4"), ...own]);
  expect(stdout).toContain(
    "\nRungs (yours; all else from preset smooth-1080p):\n",
  );
  expect(stdout).toContain("AAC-LC mono, 48 kHz -> ");
});

test("a printed preset is a preset", async ({ scratch }) => {
  const { stdout } = await mssPack(["presets", "smooth-720p"]);
  const file = join(scratch, "mine.json");
  await writeFile(file, stdout);
  const args = ["plan", fixture("film.mp4"), "--preset", file];
  expect((await mssPack(args)).exitCode).toBe(0);
});

test.each([
  [["--quiet", "--verbose"]],
  [["--overwrite", "--skip-existing"]],
  [["--fragment", "2", "--gop", "4"]],
])("%j contradict each other", async (flags) => {
  const { stderr, exitCode } = await mssPack(["a.mp4", "-o", "x", ...flags]);
  expect(stderr).toContain("cannot be used with option");
  expect(exitCode).toBe(2);
});

describe("help", () => {
  test("fits on two screens, and has the words that people look for", async () => {
    const { stdout, exitCode } = await mssPack(["--help"]);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(60);
    // Where a terminal has 80 columns, a longer line would be two.
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const word of [
      "track",
      "segment",
      "language",
      "verify",
      "-o, --output",
    ])
      expect(stdout).toContain(word);
    expect(stdout).not.toContain("--gop");
  });

  test.each(Object.keys(GROUPS))(
    "help %s has all options of it",
    async (topic) => {
      const { stdout, exitCode } = await mssPack(["help", topic]);
      expect(exitCode).toBe(0);
      const rows = OPTIONS.filter(
        ({ group, hidden }) => group === topic && !hidden,
      );
      for (const { flags } of rows) expect(stdout).toContain(flags);
    },
  );

  test("help COMMAND is the help of that command", async () => {
    const [word, flag] = await Promise.all([
      mssPack(["help", "mux"]),
      mssPack(["mux", "--help"]),
    ]);
    expect(flag.stdout).toContain(word.stdout.trimEnd());
  });

  test("on what there is no help, says on what there is", async () => {
    const { stderr, exitCode } = await mssPack(["help", "colours"]);
    expect(stderr).toContain('No help on "colours"');
    expect(stderr).toContain("ladder");
    expect(exitCode).toBe(2);
  });

  test("a command does not show what it refuses", async () => {
    const { stdout } = await mssPack(["watch", "--help"]);
    expect(stdout).not.toContain("--name");
  });
});

test("a film that is given as a list is told so", async () => {
  const film = fixture("film.mp4");
  const args = ["--from-list", film, "-o", "x"];
  const { stderr, exitCode } = await mssPack(args);
  expect(stderr).toContain(`--from-list ${film}: is not a text.`);
  expect(stderr).toContain(`mss-pack ${film} -o out/`);
  expect(exitCode).toBe(2);
});

test("what the system says is said without its code and call", async () => {
  for (const args of [
    ["plan", "gone.mp4"],
    ["verify", "gone.ism"],
  ]) {
    const { stderr } = await mssPack(args);
    expect(stderr).toMatch(
      /gone\.\w+: cannot be read \(no such file or directory\)\.\n/,
    );
  }
});
