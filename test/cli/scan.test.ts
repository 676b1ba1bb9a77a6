import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { jsonLines, mssPack } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { test } from "../support/scratch-folder.js";

/** A folder with a right package and an .ism of 0 bytes. */
async function archive(scratch: string): Promise<string> {
  const folder = join(scratch, "archive");
  mkdirSync(folder);
  await writeFixturePackage(folder);
  writeFileSync(join(folder, "broken.ism"), "");
  return folder;
}

describe("mss-pack scan", () => {
  test("prints a table and totals; faults are no failure", async ({
    scratch,
  }) => {
    const folder = await archive(scratch);
    const { stdout, stderr, exitCode } = await mssPack(["scan", folder]);
    expect(stdout).toMatch(/^Package +Maker +Picture +Sound /);
    expect(stdout).toMatch(
      /^package-\d+\/clip\.ism +mss-pack +h264 \d+p x2 +eng /m,
    );
    expect(stdout).toMatch(
      /^broken\.ism .*\n {2}broken\.ism: is not a manifest/m,
    );
    expect(stdout).toMatch(/^Packages +2$/m);
    expect(stdout).toMatch(/^Cannot be read +1$/m);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
  });

  test("with --json prints an object a package, and the total", async ({
    scratch,
  }) => {
    const folder = await archive(scratch);
    const { stdout } = await mssPack(["scan", folder, "--json"]);
    const [broken, right, total, ...others] = jsonLines(stdout);
    expect(others).toEqual([]);
    expect(broken).toMatchObject({ type: "scanned", package: "broken.ism" });
    expect(right).toMatchObject({ type: "scanned", problem: null, faults: [] });
    expect(total).toMatchObject({
      ...{ type: "scan", folder, isWhole: true, packages: 2, faulty: 1 },
      makers: { "mss-pack": 1, unknown: 1 },
    });
  });

  test("writes CSV and a page beside the table", async ({ scratch }) => {
    const folder = await archive(scratch);
    const [csv, html] = [join(scratch, "a.csv"), join(scratch, "a.html")];
    const args = ["scan", folder, "--csv", csv, "--html", html];
    const { stdout, stderr } = await mssPack(args);
    expect(stdout).toMatch(/^Package /);
    expect(stderr).toBe(`Wrote ${csv}\nWrote ${html}\n`);
    expect(readFileSync(csv, "utf8").split("\r\n")).toHaveLength(4);
    expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
  });

  test("with --resume reads what has changed, and says the same", async ({
    scratch,
  }) => {
    const folder = await archive(scratch);
    const args = ["scan", folder, "--resume", join(scratch, "state"), "--json"];
    const first = await mssPack(args);
    expect(existsSync(join(scratch, "state"))).toBe(true);
    expect((await mssPack(args)).stdout).toBe(first.stdout);
  });

  test("with --quiet writes its files, and says nothing", async ({
    scratch,
  }) => {
    const csv = join(scratch, "quiet.csv");
    const words = ["scan", await archive(scratch), "--quiet", "--csv", csv];
    const { stdout, stderr, exitCode } = await mssPack(words);
    expect({ stdout, stderr, exitCode }).toEqual({
      ...{ stdout: "", stderr: "", exitCode: 0 },
    });
    expect(readFileSync(csv, "utf8").split("\n").length).toBeGreaterThan(2);
  });

  test("with --fail-on-fault fails when there is one", async ({ scratch }) => {
    const folder = await archive(scratch);
    const args = ["scan", folder, "--fail-on-fault"];
    const { exitCode, stderr } = await mssPack(args);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^mss-pack: 1 of 2 packages has faults/);
    rmSync(join(folder, "broken.ism"));
    const none = await mssPack([...args, "--deep"]);
    expect(none.exitCode).toBe(0);
  });

  test("stopped, keeps what it has scanned", async ({ scratch }) => {
    const folder = await archive(scratch);
    const [package1 = ""] = readdirSync(folder).filter((name) =>
      name.startsWith("package"),
    );
    for (let i = 0; i < 400; i++) {
      const to = join(folder, `many-${i}`);
      mkdirSync(to);
      for (const name of readdirSync(join(folder, package1)))
        copyFileSync(join(folder, package1, name), join(to, name));
    }
    const html = join(scratch, "a.html");
    const state = join(scratch, "state");
    const args = ["scan", folder, "--json", "--html", html, "--resume", state];
    const { stdout, exitCode } = await mssPack(args, {
      onStart: (child) => {
        child.stdout?.once("data", () => child.kill("SIGINT"));
      },
    });
    expect(exitCode).toBe(130);
    const total = jsonLines(stdout).find(({ type }) => type === "scan");
    const rows = jsonLines(stdout).filter(({ type }) => type === "scanned");
    expect(total).toMatchObject({ isWhole: false, packages: rows.length });
    expect(readFileSync(html, "utf8")).toContain("Stopped before all was");
    const { stdout: all } = await mssPack(args);
    expect(jsonLines(all).at(-1)).toMatchObject({
      isWhole: true,
      packages: 402,
    });
  });
});

describe("mss-pack scan refuses", () => {
  test.for([
    [["gone"], 3, "gone: cannot be read (no such file or directory)."],
    [["film.ism"], 3, "film.ism: is a file. Expected a folder."],
    [[".", "--html", "film.ism"], 2, '--html is "film.ism".'],
    [[".", "--csv", "film.ism"], 2, '--csv is "film.ism".'],
    [
      [".", "--html", "a.html", "--resume", "./a.html"],
      2,
      "--resume is ./a.html, which is written",
    ],
    [
      [".", "--resume", "film.ism"],
      2,
      "--resume film.ism: is not a file of an earlier scan.",
    ],
    [[".", "--html", "no/a.html"], 5, "no/a.html: cannot be written"],
    [[".", "--csv", "no/a.csv"], 5, "no/a.csv: cannot be written"],
    [[".", "--resume", "no/a"], 5, "no/a: cannot be written"],
    [[], 2, "No folder given. Expected mss-pack scan FOLDER"],
  ] as const)(
    "%j with exit code %d",
    async ([args, code, words], { scratch }) => {
      writeFileSync(join(scratch, "film.ism"), "not an empty file");
      const { stderr, exitCode } = await mssPack(["scan", ...args], {
        cwd: scratch,
      });
      expect(stderr).toContain(`mss-pack: ${words}`);
      expect(exitCode).toBe(code);
      expect(readFileSync(join(scratch, "film.ism"), "utf8")).toBe(
        "not an empty file",
      );
      expect(readdirSync(scratch)).toEqual(["film.ism"]);
    },
  );
});
