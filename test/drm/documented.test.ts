import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mux } from "../../src/index.js";
import { snippet } from "../readme/snippets.js";
import { tempFolder } from "../support/temp.js";
import { PRIVATE } from "./keys/vectors.js";
import { protectedClip } from "./package.js";

const project = tempFolder();
const path = (...names: string[]) => join(project, ...names);
await protectedClip(path("film.mp4"));
await mux([path("film.mp4")], { output: path("old"), fsync: false });
writeFileSync(path("film.keys"), `${PRIVATE.kid}:${PRIVATE.key}`, {
  mode: 0o600,
});
mkdirSync(path("node_modules"));
const repository = fileURLToPath(new URL("../..", import.meta.url));
symlinkSync(repository, path("node_modules", "mss-pack"), "junction");

/** Runs a program of docs/drm.md in a project that has mss-pack. */
async function run(section: string, before = ""): Promise<void> {
  const program = before + snippet(section, "js", "docs/drm.md");
  writeFileSync(path("program.mjs"), program);
  const child = spawn(process.execPath, ["program.mjs"], { cwd: project });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number];
  expect([code, said]).toEqual([0, ""]);
}

test("the example with keys from files protects, and gives back the package that was", async () => {
  await run("Keys from files, and finished packages");
  for (const folder of ["out", "protected"])
    expect(readFileSync(path(folder, "film.ismc"), "utf8")).toContain(
      "<ProtectionHeader",
    );
  for (const name of readdirSync(path("old")))
    expect(
      readFileSync(path("clear", name)).equals(readFileSync(path("old", name))),
    ).toBe(true);
});

test("the example with a key of one's own protects", async () => {
  const own = `import { randomBytes, randomUUID } from "node:crypto";
const kid = Buffer.from(randomUUID().replaceAll("-", ""), "hex"), key = randomBytes(16);
`;
  rmSync(path("out"), { recursive: true, force: true });
  await run("In the library", own);
  expect(readFileSync(path("out", "film.ismc"), "utf8")).toContain(
    "<ProtectionHeader",
  );
});
