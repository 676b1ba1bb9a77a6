import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { usageError } from "../../src/cli/errors.js";
import { GROUPS } from "../../src/cli/options/option.js";
import { OPTIONS } from "../../src/cli/program.js";
import {
  answerTo,
  refuseMisspeltCommand,
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
    ["--dry-run", "mss-pack plan"],
    ["--crf", "--rung 1080p:5000k"],
    ["--threads", "--jobs"],
    ["-ss", "ffmpeg -ss"],
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
    const names = ["-i", "-y", "--crf", "-s", "--segment", "-j", "--drm", "-q"];
    const named = names.flatMap((name) => [
      ...(answerTo(name) ?? "").matchAll(/(?<=^| )--[\w-]+/g),
    ]);
    expect(named.length).toBeGreaterThan(5);
    for (const [option] of named) expect(flags).toContain(option);
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

  test.each(["film", "holiday", "verify.mp4", ""])("%j is an input", (word) => {
    expect(() => refuseMisspeltCommand([word])).not.toThrow();
  });

  test("a file of that name is a file", async ({ scratch }) => {
    const path = join(scratch, "veriify");
    await writeFile(path, "");
    expect(() => refuseMisspeltCommand([path])).not.toThrow();
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
    expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
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
