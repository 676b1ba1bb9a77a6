import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { jsonLines, mssPack } from "../support/cli.js";
import { ffmpeg, makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

const run = (...args: readonly string[]) => mssPack(args, { cwd: folder });

beforeAll(async () => {
  await makeClip(join(folder, "film.mp4"), {
    ...{ size: "160x90", seconds: 4 },
    options: ["-g", "50", "-sc_threshold", "0"],
  });
  writeFileSync(
    join(folder, "de.srt"),
    "1\n00:00:00,500 --> 00:00:01,500\nHallo\n",
  );
  await run("mux", "film.mp4", "-o", "out", "--quiet");
});

test("add and remove tell what they did, and end with the code of what went wrong", async () => {
  const before = readFileSync(join(folder, "out/film.ismc"), "utf8");
  const captions = ["--captions", "de.srt=deu"];
  const added = await run("add", "out/film.ism", ...captions);
  expect(added.exitCode).toBe(0);
  expect(added.stderr + added.stdout).toContain("film_deu.ismt");
  const again = await run("add", "out/film.ism", ...captions);
  expect(again.exitCode).toBe(7);
  expect(again.stderr).toContain("has a stream text_deu already");
  const none = await run("add", "out/film.ism");
  expect(none.exitCode).toBe(2);
  const odd = await run("add", "out/film.ism", "--audio-file", "fr.m4a=zzzz");
  expect(odd.exitCode).toBe(2);
  expect(odd.stderr).toContain('fr.m4a=zzzz: "zzzz" is not a language');
  const unknown = await run("remove", "out/film.ism", "text_fra");
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain("Expected one of video, audio, text_deu");
  for (const word of ["ger", "film_deu.ismt"]) {
    const { stderr } = await run("remove", "out/film.ism", word);
    expect(stderr).toContain("Did you mean text_deu?");
  }
  const removed = await run("remove", "out/film.ism", "text_deu", "--json");
  expect(removed.exitCode).toBe(0);
  expect(jsonLines(removed.stdout).at(-1)).toMatchObject({ state: "done" });
  expect(readFileSync(join(folder, "out/film.ismc"), "utf8")).toBe(before);
  expect(readdirSync(join(folder, "out"))).not.toContain("film_deu.ismt");
});

test("add takes one sound of a file with several", async () => {
  const film = join(folder, "film.mp4");
  const two = join(folder, "two.mp4");
  const maps = ["-map", "0:v", "-map", "0:a", "-map", "0:a"];
  await ffmpeg(
    ["-v", "error", "-y", "-i", film, ...maps, "-c", "copy", two],
    two,
  );
  const whole = await run("add", "out/film.ism", "--audio-file", "two.mp4=fra");
  expect(whole.exitCode).toBe(3);
  expect(whole.stderr).toContain("two.mp4: has 2 sounds. Expected one.");
  expect(whole.stderr).toContain("(2, 3), such as two.mp4:2=fra");
  const one = ["--audio-file", "two.mp4:3=fra"];
  expect(await run("add", "out/film.ism", ...one)).toMatchObject({
    exitCode: 0,
  });
  const manifest = readFileSync(join(folder, "out/film.ismc"), "utf8");
  expect(manifest).toContain('Name="audio_fra"');
});
