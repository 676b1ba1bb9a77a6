import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, mssPack } from "../support/cli.js";
import { filmMaker, notFilm, QUICK_FLAGS } from "../support/films.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);
films(
  "take-2.mp4",
  "take-10.mp4",
  "take-1.mp4",
  "take[1].mov",
  "it's 😀 (1).mp4",
);
films("-dash.mp4");
notFilm(join(folder, "broken.mp4"));

const run = (args: readonly string[], stdin?: string) =>
  mssPack([...args, ...QUICK_FLAGS], {
    cwd: folder,
    ...(stdin !== undefined && { stdin }),
  });
const manifestsIn = (out: string) =>
  readdirSync(join(folder, out)).filter((name) => name.endsWith(".ism"));

describe("several inputs", () => {
  test("end with a table, one line for each failure, and exit code 6", async () => {
    const inputs = ["take-1.mp4", "broken.mp4", "gone.mp4"];
    const { exitCode, stderr, stdout } = await run([...inputs, "-o", "table"]);
    expect(stderr).toMatch(
      / Total +Done +Skipped +Failed\n +3 +1 +0 +2 +in \d+:\d\d\n {2}failed: broken\.mp4: is not a media file .*\(input\)\n {2}failed: gone\.mp4: cannot be read/,
    );
    expect(stderr).toMatch(/^\[1\/3\] take-1\.mp4: done in .*take-1\.ism$/m);
    expect(stderr).toContain("mss-pack: 2 of 3 inputs failed.");
    expect(stderr).toContain("(batch, exit code 6)");
    expect(stderr).not.toMatch(/[\r\u001b]/u);
    expect(stdout).toBe("");
    expect(exitCode).toBe(6);
    expect(manifestsIn("table")).toEqual(["take-1.ism"]);
  });

  test("with --json each line tells its input; at the end stand the batch and its error", async () => {
    const { stdout } = await run([
      "take-1.mp4",
      "broken.mp4",
      "-o",
      "json",
      "--json",
      "--jobs",
      "2",
    ]);
    const lines = jsonLines(stdout);
    const [batch, error] = lines.slice(-2);
    expect(error).toMatchObject({ type: "error", code: "batch", exit: 6 });
    expect(batch).toMatchObject({
      type: "batch",
      exit: 6,
      total: 2,
      done: 1,
      failed: 1,
      items: [{ state: "done" }, { state: "failed", exit: 3 }],
    });
    const typesOf = (input: string) =>
      lines
        .slice(0, -2)
        .filter((line) => line["input"] === input)
        .map(({ type }) => type);
    expect(typesOf("broken.mp4")).toEqual(["error"]);
    expect([...new Set(typesOf("take-1.mp4"))]).toEqual([
      "plan",
      "progress",
      "result",
    ]);
    expect(
      lines.slice(0, -2).every((line) => typeof line["item"] === "number"),
    ).toBe(true);
  });

  test("with --quiet only failures are told", async () => {
    const { stderr } = await run([
      "take-1.mp4",
      "broken.mp4",
      "-o",
      "quiet",
      "--quiet",
    ]);
    expect(stderr.split("\n")[0]).toMatch(/^\[2\/2\] broken\.mp4: failed: /);
    expect(stderr).not.toContain("take-1");
  });

  test("do not go with --name", async () => {
    const { exitCode, stderr } = await run([
      "a.mp4",
      "b.mp4",
      "-o",
      "x",
      "--name",
      "film",
    ]);
    expect(stderr).toContain("--name");
    expect(exitCode).toBe(2);
  });
});

describe("patterns", () => {
  test("that the shell has left are expanded, take-2 before take-10", async () => {
    const { exitCode, stdout } = await run([
      "take-*.mp4",
      "-o",
      "pattern",
      "--json",
    ]);
    const batch = jsonLines(stdout).at(-1) as { items: { input: string }[] };
    expect(batch.items.map(({ input }) => input)).toEqual([
      "take-1.mp4",
      "take-2.mp4",
      "take-10.mp4",
    ]);
    expect(exitCode).toBe(0);
  });

  test("that match nothing are a wrong command line", async () => {
    const { exitCode, stderr } = await run(["take-1.mp4", "*.mkv", "-o", "x"]);
    expect(stderr).toContain("*.mkv: matches no file.");
    expect(exitCode).toBe(2);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  test.each(["take[1].mov", "it's 😀 (1).mp4", "./-dash.mp4"])(
    "are not seen in the name of a file that is there: %s",
    async (name) => {
      const { exitCode, stderr } = await run([name, "-o", "literal"]);
      expect(stderr).toContain("Wrote and verified");
      expect(exitCode).toBe(0);
    },
  );

  test("an option that is the name of a file gets a hint", async () => {
    const { stderr } = await run(["-o", "x", "-dash.mp4"]);
    expect(stderr).toContain(
      'The file of that name is given as ./-dash.mp4, or after "--".',
    );
  });
});

describe("--from-list", () => {
  const LIST = "\ufeff# the takes\r\ntake-1.mp4\r\n\r\nbroken.mp4\r\n";

  test("takes one path a line, as editors and other systems write them", async () => {
    writeFileSync(join(folder, "list.txt"), LIST);
    const { exitCode, stderr } = await run([
      "--from-list",
      "list.txt",
      "-o",
      "list",
    ]);
    expect(stderr).toContain("[2/2] broken.mp4: failed");
    expect(exitCode).toBe(6);
    expect(manifestsIn("list")).toEqual(["take-1.ism"]);
  });

  test("reads - from standard input", async () => {
    const { exitCode } = await run(
      ["--from-list", "-", "-o", "list-stdin"],
      "take-2.mp4\n",
    );
    expect(exitCode).toBe(0);
    expect(manifestsIn("list-stdin")).toEqual(["take-2.ism"]);
  });

  test.each([
    ["without a path", "# nothing\n\n", "names no input"],
    ["that is not there", undefined, "cannot be read"],
  ])("refuses a list %s", async (_, text, sentence) => {
    const name = text === undefined ? "gone.txt" : "empty.txt";
    if (text !== undefined) writeFileSync(join(folder, name), text);
    const { exitCode, stderr } = await run(["--from-list", name, "-o", "x"]);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
  });
});

test("a folder as input is told what to do instead", async () => {
  mkdirSync(join(folder, "clips"), { recursive: true });
  const { exitCode, stderr } = await run(["clips", "-o", "x"]);
  expect(stderr).toContain("clips: is not a file but a folder.");
  expect(stderr).toContain(
    "mss-pack 'clips/*' -o out/, or mss-pack watch clips -o out/.",
  );
  expect(exitCode).toBe(3);
});

test("help is also a word", async () => {
  const { exitCode, stdout } = await mssPack(["help"]);
  expect(stdout).toContain("Usage: mss-pack");
  expect(exitCode).toBe(0);
});

test("what commander finds wrong is said like all else", async () => {
  const { stderr } = await run(["a.mp4", "--jsno"]);
  expect(stderr).toBe(
    "mss-pack: unknown option '--jsno'.\n  Did you mean --json? mss-pack --help shows the options.\n  (usage, exit code 2)\n",
  );
});

test("--skip-existing leaves alone what is the same, and refuses what is not", async () => {
  const args = ["take-1.mp4", "take-2.mp4", "-o", "skip", "--json"];
  await run(["take-1.mp4", "-o", "skip", "--quiet"]);
  const same = await run([...args, "--skip-existing"]);
  expect(jsonLines(same.stdout).at(-1)).toMatchObject({ skipped: 1, done: 1 });
  expect(same.exitCode).toBe(0);
  const other = await run([...args, "--skip-existing", "--gop", "1"]);
  expect(jsonLines(other.stdout).at(-2)).toMatchObject({
    failed: 2,
    items: [{ code: "exists" }, { code: "exists" }],
  });
});

describe.skipIf(process.platform === "win32")("a signal", () => {
  const atFirstPlan = (signal: NodeJS.Signals) => ({
    cwd: folder,
    onStart: (child: ChildProcess) =>
      child.stdout?.once("data", () => child.kill(signal)),
  });

  test("SIGUSR1 asks how far the work is, and opens no debugger", async () => {
    const { exitCode, stderr } = await mssPack(
      ["take-1.mp4", "take-2.mp4", "-o", "status", "--json", ...QUICK_FLAGS],
      atFirstPlan("SIGUSR1"),
    );
    expect(stderr).toMatch(/^\[1\/2\] take-1\.mp4: /m);
    expect(stderr).not.toContain("Debugger");
    expect(exitCode).toBe(0);
  });

  test("SIGUSR1 tells the step and the share of a single input", async () => {
    let isAsked = false;
    const { exitCode, stderr } = await mssPack(
      ["take-1.mp4", "-o", "one-status", "--json", ...QUICK_FLAGS],
      {
        cwd: folder,
        onStart: (child) =>
          child.stdout?.on("data", (text: string) => {
            if (!isAsked && text.includes('"progress"')) child.kill("SIGUSR1");
            isAsked ||= text.includes('"progress"');
          }),
      },
    );
    expect(stderr).toMatch(/^\[1\/1\] take-1\.mp4: [a-z]+: \d+ %/m);
    expect(exitCode).toBe(0);
  });

  test("SIGTERM ends the whole batch with 143, and what was in work leaves nothing", async () => {
    const { exitCode, stdout } = await mssPack(
      ["take-1.mp4", "take-2.mp4", "-o", "stopped", "--json", ...QUICK_FLAGS],
      atFirstPlan("SIGTERM"),
    );
    expect(exitCode).toBe(143);
    expect(jsonLines(stdout).slice(-2)).toMatchObject([
      { type: "batch", exit: 143, stopped: 2 },
      { type: "error", code: "aborted", exit: 143 },
    ]);
    expect(existsSync(join(folder, "stopped"))).toBe(false);
  });
});
