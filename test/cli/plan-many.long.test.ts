import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, mssPack } from "../support/cli.js";
import { filmMaker, notFilm, QUICK_FLAGS } from "../support/films.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);
films("films/a/one.mp4", "films/b/one.mp4", "films/b/two.mp4");
notFilm(join(folder, "films", "broken.mp4"));
for (const name of ["a/one.srt", "a/one.jpg", "b/two.ism", "b/three.mp4.part"])
  writeFileSync(join(folder, "films", name), name);

const run = (args: readonly string[], stdin?: string) =>
  mssPack([...args, ...QUICK_FLAGS], {
    cwd: folder,
    ...(stdin !== undefined && { stdin }),
  });
const plan = (...args: string[]) => run(["plan", ...args]);

describe("plan of many inputs", () => {
  test("ends in a table with sizes, lengths and refusals, writes nothing, and passes over what is no film", async () => {
    const args = ["films/**/*", "-o", "out", "--keep-folders"];
    const { stdout, stderr, exitCode } = await plan(...args);
    const table = stdout.slice(stdout.indexOf("\n\n") + 2).split("\n");
    expect(table).toEqual([
      expect.stringMatching(/^Input +Length +Size +Package$/),
      expect.stringMatching(
        /^films\/a\/one\.mp4 +0:01 +\S+ kB +out\/a\/one\.ism$/,
      ),
      expect.stringMatching(
        /^films\/b\/one\.mp4 +0:01 +\S+ kB +out\/b\/one\.ism$/,
      ),
      expect.stringMatching(
        /^films\/b\/two\.mp4 +0:01 +\S+ kB +out\/b\/two\.ism$/,
      ),
      expect.stringMatching(
        /^films\/broken\.mp4 +- +- +refused: is not .*\(input\)$/,
      ),
      expect.stringMatching(
        /^4 inputs +0:03 +about \S+ kB +3 to package, 1 refused$/,
      ),
      "",
    ]);
    expect(stderr).toContain("1 of 4 inputs would be refused.");
    expect(exitCode).toBe(6);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  test("refuses packages that would be one, as the work would", async () => {
    const { stderr, exitCode } = await plan("films/*/*.mp4", "-o", "out");
    expect(stderr).toContain('would both become the package "one"');
    expect(stderr).toContain("--keep-folders");
    expect(exitCode).toBe(2);
  });

  test("takes a list, and tells machines all of it", async () => {
    writeFileSync(join(folder, "list.txt"), "films/b/two.mp4\ngone.mp4\n");
    const args = ["--from-list", "list.txt", "-o", "out", "--folder-each"];
    const { stdout, exitCode } = await plan(...args, "--json");
    const lines = jsonLines(stdout);
    expect(lines.map(({ type }) => type)).toEqual([
      ...["plan", "error", "plans", "error"],
    ]);
    expect(lines[0]).toMatchObject({
      ...{ input: "films/b/two.mp4", item: 1, state: "planned" },
      manifest: join(folder, "out", "two", "two.ism"),
    });
    expect(lines[2]).toMatchObject({
      ...{ exit: 6, total: 2, planned: 1, refused: 1 },
      items: [
        { input: "films/b/two.mp4", state: "planned", durationSeconds: 1 },
        { input: "gone.mp4", state: "refused", code: "input", exit: 3 },
      ],
    });
    expect(exitCode).toBe(6);
  });

  test("is the dry run of a whole command line", async () => {
    const args = ["films/b/*.mp4", "-o", "out", "--jobs", "2", "--overwrite"];
    const more = ["--resume", "--fail-fast", "--verify", "full", "--quiet"];
    const { exitCode } = await plan(...args, ...more, "--report", "r.json");
    expect(exitCode).toBe(0);
    expect(existsSync(join(folder, "r.json"))).toBe(false);
  });
});

describe("plan -o", () => {
  test("says where the package would stand; of one input the exit code is its own", async () => {
    const args = ["films/b/two.mp4", "-o", "stands"];
    const before = await plan(...args);
    expect(before.stdout).toContain(
      `Package: ${join(folder, "stands", "two.ism")}`,
    );
    expect(before.exitCode).toBe(0);
    expect(existsSync(join(folder, "stands"))).toBe(false);
    await run(args);
    const names = readdirSync(join(folder, "stands"));
    const again = await plan(...args);
    expect(again.stderr).toContain("two.ism: exists already.");
    expect(again.exitCode).toBe(7);
    const replaced = await plan(...args, "--overwrite");
    expect(replaced.exitCode).toBe(0);
    const skipped = await plan(...args, "--skip-existing");
    expect(skipped.stdout).toContain("Skipped, this is the same package");
    const other = await plan(...args, "--skip-existing", "--fragment", "1");
    expect(other.stderr).toContain("It was made with other settings");
    expect(other.exitCode).toBe(7);
    expect(readdirSync(join(folder, "stands"))).toEqual(names);
  });

  test("says what a folder that cannot be refuses", async () => {
    writeFileSync(join(folder, "file"), "");
    const { stderr, exitCode } = await plan("films/b/two.mp4", "-o", "file/x");
    expect(stderr).toContain(`${join(folder, "file")}: is a file.`);
    expect(exitCode).toBe(2);
  });
});

describe("patterns", () => {
  test("that match only what lies beside films say so", async () => {
    const { stderr, exitCode } = await plan("films/a/*.srt");
    expect(stderr).toContain(
      "films/a/*.srt: matches no film, only 1 other file.",
    );
    expect(exitCode).toBe(2);
  });

  test.each([
    ["an absolute path", join(folder, "films/a/one.mp4")],
    ["a path that leads out", "../one.mp4"],
  ])("--keep-folders refuses %s", async (_, path) => {
    const { stderr, exitCode } = await plan(path, "--keep-folders");
    expect(stderr).toContain("--keep-folders cannot tell");
    expect(stderr).toContain("For example: mss-pack '");
    expect(exitCode).toBe(2);
  });
});

describe("old names", () => {
  test.each([
    [["--out", "old"], "old"],
    [["--output", "new"], "new"],
  ])("%j is where the package goes", async (flags, name) => {
    mkdirSync(join(folder, name), { recursive: true });
    const { stdout } = await plan(
      "films/b/two.mp4",
      ...flags,
      "--compat",
      "expression-encoder",
    );
    expect(stdout).toContain(join(folder, name, "two.ism"));
  });

  test("are in no help", async () => {
    const { stdout } = await mssPack(["plan", "--help"]);
    expect(stdout).toContain("-o, --output <folder>");
    for (const old of ["--out ", "--compat", "--gop", "--jobs"])
      expect(stdout).not.toContain(old);
  });
});
