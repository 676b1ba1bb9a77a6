import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { filmMaker } from "../support/films.js";
import { tempFolder } from "../support/temp.js";
import { sectionsWith, snippet } from "./snippets.js";

/** The programs of docs/library.md run one after another, as they stand there, in a project that has mss-pack. */
const PAGE = "docs/library.md";
const project = tempFolder();

beforeAll(async () => {
  mkdirSync(join(project, "node_modules"));
  const repository = fileURLToPath(new URL("../..", import.meta.url));
  const installed = join(project, "node_modules", "mss-pack");
  symlinkSync(repository, installed, "junction");
  const films = await filmMaker(project);
  writeFileSync(
    join(project, "film.de.srt"),
    "1\n00:00:00,500 --> 00:00:01,500\nHallo\n",
  );
  films("film.mp4", "films/a.mp4", "films/b.mp4", "inbox/c.mp4");
  for (const [fixture, name] of [
    ["video-0.mp4", "1080.mp4"],
    ["video-1.mp4", "720.mp4"],
    ["audio.mp4", "english.m4a"],
    ["audio.mp4", "fr.m4a"],
  ] as const)
    copyFileSync(
      fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url)),
      join(project, name),
    );
});

/** What the program of each section says, as far as it matters. */
const SAYS: Readonly<Record<string, RegExp>> = {
  "Pack a film": /^\S+film\.ism \[$/m,
  Plan: /^video film_\d+\.ismv \d+$/m,
  "Mux finished files": /'film-muxed_eng_\d+\.isma'/,
  Repair: /^film-muxed_\d+\.ismv \d+ 0 0$/m,
  "Convert a package": /^\S+film-muxed\.mpd [4-9] \[/m,
  "Pack many films": /^2 0 0$/m,
  "Watch a folder": /^1 0$/m,
  Verify: /^$/,
  Serve: /^2 200 application\/vnd\.ms-sstr\+xml$/m,
  Protect: /^0$/m,
  "Add and remove": /\] 5$/m,
  Report: /^0 0$/m,
  Scan: /^[1-9]\d* 0$/m,
};

test("every program of the page is run here", () => {
  expect(sectionsWith("js", PAGE)).toEqual(Object.keys(SAYS));
});

test.each(Object.entries(SAYS))(
  "the program of docs/library.md, %s, does what it says",
  async (section, says) => {
    writeFileSync(join(project, "program.mjs"), snippet(section, "js", PAGE));
    const child = spawn(process.execPath, ["program.mjs"], { cwd: project });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const [code] = (await once(child, "close")) as [number];
    expect(output).toMatch(says);
    expect(code).toBe(0);
  },
);
