import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { filmMaker, notFilm } from "../support/films.js";
import { tempFolder } from "../support/temp.js";
import { snippet } from "./snippets.js";

/** What docs/automate.md tells people to paste is pasted and run, in a project that has mss-pack. */
const PAGE = "docs/automate.md";
const project = tempFolder();
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(project, "node_modules", ".bin");

let films: (...names: string[]) => string[];

beforeAll(async () => {
  films = await filmMaker(project);
  mkdirSync(bin, { recursive: true });
  symlinkSync(REPOSITORY, join(project, "node_modules", "mss-pack"));
  symlinkSync(join(REPOSITORY, "bin", "mss-pack.js"), join(bin, "mss-pack"));
  films("films/a.mp4", "films/b.mp4");
});

async function run(program: string, args: readonly string[]) {
  const child = spawn(program, args, {
    cwd: project,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { exitCode, output };
}

const report = () =>
  JSON.parse(readFileSync(join(project, "report.json"), "utf8")) as unknown;
const manifestsIn = (folder: string) =>
  readdirSync(join(project, folder)).filter((name) => name.endsWith(".ism"));

describe.skipIf(process.platform === "win32")(
  "the documented job for CI",
  () => {
    const script = snippet("In CI", "sh", PAGE);

    test("packages all films, and leaves them alone the next time", async () => {
      const first = await run("sh", ["-c", script]);
      expect(first.output).toContain("all films are packaged");
      expect(first.exitCode).toBe(0);
      expect(manifestsIn("packages")).toEqual(["a.ism", "b.ism"]);
      await run("sh", ["-c", script]);
      expect(report()).toMatchObject({ exit: 0, skipped: 2, done: 0 });
    });

    test("names what failed and passes the exit code on", async () => {
      notFilm(join(project, "films", "broken.mp4"));
      const { exitCode, output } = await run("sh", ["-c", script]);
      expect(output).toMatch(/^films\/broken\.mp4: is not a media file/m);
      expect(exitCode).toBe(6);
      expect(report()).toMatchObject({ exit: 6, skipped: 2, failed: 1 });
    });

    test("does the same as a step of GitHub Actions", async () => {
      const steps = [
        ...snippet("In CI", "yaml", PAGE).matchAll(/^- run: (.*)$/gm),
      ];
      const [install, step = ""] = steps.map((match) => match[1]);
      expect(install).toBe("npm install --global mss-pack");
      const { exitCode } = await run("sh", ["-c", step]);
      expect(exitCode).toBe(6);
    });
  },
);

describe.skipIf(process.platform === "win32")(
  "the documented npm scripts",
  () => {
    beforeAll(() => {
      writeFileSync(
        join(project, "package.json"),
        snippet("npm scripts", "json", PAGE),
      );
      writeFileSync(
        join(project, "weekly.mjs"),
        snippet("npm scripts", "js", PAGE),
      );
      films("films/c.mp4", "inbox/d.mp4");
    });

    test("npm run package does the films that are new", async () => {
      await run("npm", ["run", "package"]);
      expect(report()).toMatchObject({ done: 1, skipped: 2, failed: 1 });
      expect(manifestsIn("packages")).toContain("c.ism");
    });

    test("npm run package:watch -- --once empties the inbox", async () => {
      const more = ["--once", "--settle", "0"];
      const { exitCode } = await run("npm", [
        "run",
        "package:watch",
        "--",
        ...more,
      ]);
      expect(exitCode).toBe(0);
      expect(existsSync(join(project, "inbox", "done", "d.mp4"))).toBe(true);
      expect(manifestsIn("packages")).toContain("d.ism");
    });

    test("weekly.mjs packages through the library", async () => {
      const { exitCode, output } = await run("npm", ["run", "package:weekly"]);
      expect(output).toMatch(/^films\/a\.mp4 done\nfilms\/b\.mp4 done$/m);
      expect(exitCode).toBe(0);
      expect(manifestsIn("packages/weekly")).toEqual(["a.ism", "b-2024.ism"]);
    });
  },
);
