import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, mssPack, type CliOptions } from "../support/cli.js";
import { filmMaker, notFilm, QUICK_FLAGS } from "../support/films.js";
import { receiver } from "../support/receiver.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const films = await filmMaker(folder);
films("one.mp4", "two.mp4");
notFilm(join(folder, "broken.mp4"));

const run = (args: readonly string[], options: CliOptions = {}) =>
  mssPack([...args, ...QUICK_FLAGS], { cwd: folder, ...options });
const objects = (received: readonly { readonly body: string }[]) =>
  received.flatMap(({ body }) => jsonLines(body));
const ofInput = (stdout: string) =>
  jsonLines(stdout).filter(
    ({ type, input }) =>
      type === "result" || (type === "error" && input !== undefined),
  );

/** Keeps the line that it reads beside the package, in `NAME.ism.line`. */
const KEEPS = join(folder, "keep the line.sh");
writeFileSync(KEEPS, '#!/bin/sh\ncat > "$1.line"\n', { mode: 0o755 });

describe("--notify", () => {
  test("sends the line of --json for each input of a batch, also of a failed one", async () => {
    const { received, origin } = await receiver([]);
    const inputs = ["one.mp4", "broken.mp4"];
    const { exitCode, stdout, stderr } = await run([
      ...[...inputs, "-o", "batch", "--json", "--notify", origin],
    ]);
    expect(objects(received)).toEqual(ofInput(stdout));
    expect(objects(received)).toMatchObject([
      { type: "result", input: "one.mp4", state: "done", name: "one" },
      { type: "error", input: "broken.mp4", code: "input", exit: 3 },
    ]);
    expect(stderr).not.toContain("--notify");
    expect(exitCode).toBe(6);
  });

  test("tells the only input too, and what --skip-existing has found", async () => {
    const { received, origin } = await receiver([]);
    const args = ["one.mp4", "-o", "same", "--skip-existing"];
    await run([...args, "--notify", origin]);
    await run([...args, "--notify", origin]);
    await run(["broken.mp4", "-o", "same", "--notify", origin]);
    expect(objects(received)).toMatchObject([
      { type: "result", input: "one.mp4", item: 1, state: "done" },
      { type: "result", input: "one.mp4", item: 1, state: "skipped" },
      { type: "error", input: "broken.mp4", item: 1, exit: 3 },
    ]);
  });

  test("that fails is a note, exit code 0, and no word of its secrets anywhere", async () => {
    const { received, origin } = await receiver([500, 500, 500]);
    const address = `${origin.replace("//", "//me:passw0rd@")}/T00?token=s3cret`;
    const { exitCode, stdout, stderr } = await run([
      ...["one.mp4", "-o", "secret", "--json", "--verbose", "--debug"],
      ...["--notify", address, "--report", "report.json"],
    ]);
    const note = `--notify: ${origin} was not told in 3 tries: it answers 500.`;
    expect(received).toHaveLength(3);
    expect(stderr).toContain(`  note: ${note}\n`);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      type: "result",
      notes: expect.arrayContaining([note]) as unknown,
    });
    const report = readFileSync(join(folder, "report.json"), "utf8");
    expect(report).toContain(note);
    const manifest = readFileSync(join(folder, "secret", "one.ism"), "utf8");
    const all = [stdout, stderr, report, manifest].join();
    for (const secret of ["passw0rd", "s3cret", "T00", "me:"])
      expect(all).not.toContain(secret);
    expect(exitCode).toBe(0);
  });

  test.skipIf(process.platform === "win32")(
    "to a server that never answers does not hold up Ctrl-C",
    async () => {
      const { server, origin } = await receiver([0]);
      const { exitCode, stderr } = await run(
        ["one.mp4", "-o", "silent", "--quiet", "--notify", origin],
        {
          onStart: (child) =>
            server.once("received", () => child.kill("SIGINT")),
        },
      );
      expect(stderr).toBe(
        `  note: --notify: ${origin} was not told: the run was stopped.\n`,
      );
      expect(exitCode).toBe(0); // the package was complete before
    },
  );

  test.each([
    ["--notify", "ftp://me:passw0rd@example.com", "begins with ftp:"],
    ["--on-done", "", "Expected a program."],
  ])(
    "a wrong %s is refused before the work, also by plan",
    async (...given) => {
      const [option, value, words] = given;
      const args = ["one.mp4", "-o", "refused", option, value];
      for (const all of [args, ["plan", ...args]]) {
        const { exitCode, stdout, stderr } = await run(all);
        expect(stderr).toContain(words);
        expect(stdout + stderr).not.toContain("passw0rd");
        expect(exitCode).toBe(2);
      }
    },
  );
});

// Windows starts no scripts without a shell.
describe.skipIf(process.platform === "win32")("--on-done", () => {
  const lineBeside = (...path: string[]) =>
    jsonLines(readFileSync(join(folder, ...path), "utf8"));

  test("is called for packages that are there, made or found, and for no failed input", async () => {
    const args = ["one.mp4", "broken.mp4", "-o", "called", "--json"];
    const all = [...args, "--skip-existing", "--on-done", KEEPS];
    for (const state of ["done", "skipped"]) {
      const { stdout, stderr } = await run(all);
      const [result] = ofInput(stdout);
      expect(result).toMatchObject({ state });
      expect(lineBeside("called", "one.ism.line")).toEqual([result]);
      expect(stderr).not.toContain("--on-done");
    }
  });

  test("that fails is a note, which --notify has too; its words are on standard error", async () => {
    const { received, origin } = await receiver([]);
    const path = join(folder, "fails.sh");
    writeFileSync(path, "#!/bin/sh\necho hello\nexit 3\n", { mode: 0o755 });
    const { exitCode, stdout, stderr } = await run([
      ...["two.mp4", "-o", "fails", "--on-done", "./fails.sh"],
      ...["--notify", origin],
    ]);
    const note = "--on-done: fails.sh ended with exit code 3.";
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^hello$/m);
    expect(stderr).toContain(`  note: ${note}\n`);
    expect(objects(received)).toMatchObject([
      { notes: expect.arrayContaining([note]) as unknown },
    ]);
    expect(exitCode).toBe(0);
  });
});

test.skipIf(process.platform === "win32")(
  "watch does both for each film, and a failed one is told",
  async () => {
    const { received, origin } = await receiver([]);
    mkdirSync(join(folder, "watched"));
    films("in/film.mp4");
    notFilm(join(folder, "in", "text.mp4"));
    const { stdout } = await run([
      ...["watch", "in", "-o", "watched", "--once", "--json"],
      ...["--settle", "0", "--poll", "0.1"],
      ...["--notify", origin, "--on-done", KEEPS],
    ]);
    expect(objects(received)).toEqual(ofInput(stdout));
    expect(objects(received)).toMatchObject([
      { type: "result", input: join("in", "film.mp4"), state: "done" },
      { type: "error", input: join("in", "text.mp4"), exit: 3 },
    ]);
    const line = join(folder, "watched", "film.ism.line");
    expect(jsonLines(readFileSync(line, "utf8"))).toEqual([
      objects(received)[0],
    ]);
  },
);
