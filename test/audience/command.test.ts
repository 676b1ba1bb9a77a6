import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { ours } from "../support/access-log.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { test } from "../support/scratch-folder.js";

const LOG = join(import.meta.dirname, "logs", "cinema.log");

describe("mss-pack report", () => {
  test("prints a table", async () => {
    const { stdout, stderr, exitCode } = await mssPack(["report", LOG]);
    expect(stdout).toMatch(/^films\/heron +2 +2 +0:20 +3\.89 +2 +1 +- +1$/m);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
  });

  test("reads standard input", async () => {
    const { stdout, exitCode } = await mssPack(["report", "-"], {
      stdin: readFileSync(LOG),
    });
    expect(stdout).toMatch(/^standard input: 44 lines, /);
    expect(exitCode).toBe(0);
  });

  test("with --json prints one object, of one package and day when asked", async () => {
    const { stdout } = await mssPack([
      ...["report", LOG, "--json", "--package", "films/heron"],
      ...["--from", "2026-11-27", "--to", "2026-11-27"],
    ]);
    const objects = jsonLines(stdout);
    expect(objects).toHaveLength(1);
    expect(objects[0]).toMatchObject({
      ...{ type: "audience", selection: { package: "films/heron" } },
      all: { playbacks: 2, secondsWatched: 12 },
    });
  });

  test("with --csv prints rows that end as RFC 4180 wants it", async () => {
    const { stdout } = await mssPack(["report", LOG, "--csv"]);
    expect(stdout.split("\r\n")).toHaveLength(6);
    expect(stdout.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("with --html writes a page beside what it prints", async ({
    scratch,
  }) => {
    const page = join(scratch, "audience.html");
    const args = ["report", LOG, "--csv", "--html", page];
    const { stdout, stderr } = await mssPack(args);
    expect(stdout).toMatch(/^day,package,/);
    expect(stderr).toBe(`Wrote ${page}\n`);
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>/);
  });
});

describe("mss-pack report refuses", () => {
  test.for([
    [["gone.log"], 3, "gone.log: no such file."],
    [["."], 3, ".: is a folder, expected an access log."],
    [["films.txt"], 3, "films.txt: none of 1 line could be read."],
    [["a.log", "--json", "--csv"], 2, "--json and --csv together."],
    [["a.log", "--html", "a.log"], 2, '--html is "a.log".'],
    [["a.html", "--html", "./a.html"], 2, "--html is a.html, which is read."],
    [["a.log", "a.log"], 2, "a.log is given twice"],
    [["a.log", "--from", "monday"], 2, '--from is "monday".'],
    [["a.log", "--html", "no/a.html"], 5, "no/a.html: cannot be written"],
    [[], 2, "No access.log given. Expected mss-pack report ACCESS.LOG..."],
  ] as const)(
    "%j with exit code %d",
    async ([args, code, words], { scratch }) => {
      writeFileSync(join(scratch, "films.txt"), "film.mp4\n");
      for (const name of ["a.log", "a.html"])
        writeFileSync(join(scratch, name), `${ours({ second: 0 })}\n`);
      const { stderr, stdout, exitCode } = await mssPack(["report", ...args], {
        cwd: scratch,
      });
      expect(stderr).toContain(`mss-pack: ${words}`);
      expect(stdout.includes('"type":"audience"')).toBe(false);
      expect(exitCode).toBe(code);
      for (const name of ["a.log", "a.html"])
        expect(readFileSync(join(scratch, name), "utf8")).toContain("heron");
    },
  );
});

test("no line of the table is wider than 80 columns, whatever names and numbers are", async ({
  scratch,
}) => {
  const films = ["語".repeat(60), "a/".repeat(90), "x", "e\u0301".repeat(90)];
  const lines = films.flatMap((film, i) =>
    [0, 1, 2, 3].map((n) =>
      ours({
        ...{ second: n, at: n * 1e7, film, duration: 3600 },
        ...{
          bitrate: 4e9 - n * i,
          bytes: 2 ** 40,
          status: n > 2 ? 500 + i : 200,
        },
      }),
    ),
  );
  const log = join(scratch, "l".repeat(100));
  writeFileSync(log, lines.join("\n"));
  const { stdout } = await mssPack(["report", log]);
  expect(stdout).toContain("…語");
  for (const line of stdout.split("\n"))
    expect(columns(line)).toBeLessThanOrEqual(80);
});

/** As a terminal shows it, for the letters of this test. */
function columns(line: string): number {
  const wide = line.match(/語/g)?.length ?? 0;
  const marks = line.match(/\u0301/g)?.length ?? 0;
  return line.length + wide - marks;
}
