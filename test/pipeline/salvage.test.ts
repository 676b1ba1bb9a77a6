import { copyFileSync, mkdirSync, readdirSync, truncateSync } from "node:fs";
import { statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { mux, verify } from "../../src/index.js";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (...names: string[]) => join(root, ...names);
const SECONDS = 6;
const GOP = ["-g", "25", "-keyint_min", "25", "-sc_threshold", "0"];

/** A rung and its sound, and a rung beside it; a key frame each second. */
beforeAll(async () => {
  const seconds = SECONDS;
  const options = [...GOP, "-movflags", "+faststart"];
  await makeClip(path("film.mp4"), { seconds, options });
  const small = { size: "160x90", audio: null };
  await makeClip(path("small.mp4"), { seconds, options, ...small });
  await mux([path("film.mp4"), path("small.mp4")], {
    ...{ output: path("package"), name: "film", fsync: false },
    fragmentSeconds: 1,
  });
}, 60_000);

let made = 0;

/** A copy of the package with one file cut off. */
function cutPackage(file: string, size: number): string {
  const folder = path(`cut-${(made += 1)}`);
  mkdirSync(folder);
  for (const name of readdirSync(path("package")))
    copyFileSync(path("package", name), join(folder, name));
  truncateSync(join(folder, file), size);
  return join(folder, "film.ism");
}

const salvaged = async (input: string | readonly string[]) => {
  const output = path(`salvaged-${(made += 1)}`);
  const inputs = typeof input === "string" ? [input] : input;
  const options = { output, fsync: false, salvage: true, fragmentSeconds: 1 };
  const result = await mux(inputs, options);
  expect((await verify(result.manifest)).findings).toEqual([]);
  return result;
};

/** Bytes up to which a file of one track has its first fragments whole, for 0, 1, 2... of them. */
async function wholeUpTo(file: string): Promise<number[]> {
  const [track] = await readMovie(file);
  if (track === undefined) throw new Error("no track");
  const { samples, timescale } = track;
  const ends = Array.from({ length: SECONDS }, () => 0);
  for (let i = 0; i < samples.count; i++) {
    const second = Math.floor((samples.decodeTime[i] ?? 0) / timescale);
    const end = (samples.offset[i] ?? 0) + (samples.size[i] ?? 0);
    ends[Math.min(second, SECONDS - 1)] = end;
  }
  return ends;
}

const nameOf = (like: RegExp) =>
  readdirSync(path("package")).find((name) => like.test(name)) ?? "";

test("a rung that is cut off ends the film with its last whole fragment, wherever the cut is", async () => {
  const rung = nameOf(/^film_\d+\.ismv$/);
  const whole = path("package", rung);
  const ends = await wholeUpTo(whole);
  const { size } = statSync(whole);
  const cuts = [0.2, 0.35, 0.5, 0.62, 0.77, 0.9].map((x) =>
    Math.floor(x * size),
  );
  // In the box header of a moof, in a moof, at the end of a fragment, and a byte before.
  const third = ends[2] ?? 0;
  for (const cut of [...cuts, third + 5, third + 60, third, third - 1]) {
    const expected = ends.filter((end) => end <= cut).length;
    const { plan } = await salvaged(cutPackage(rung, cut));
    expect([cut, plan.durationSeconds]).toEqual([cut, expected]);
    expect(plan.notes[0]).toMatch(/^salvaged: /);
  }
}, 240_000);

test("a sound that is cut off ends it too", async () => {
  const sound = nameOf(/\.isma$/);
  const { size } = statSync(path("package", sound));
  const ism = cutPackage(sound, Math.floor(size * 0.55));
  const { plan } = await salvaged(ism);
  expect(plan.durationSeconds).toBe(3);
});

test("an MP4 is taken as far as it goes", async () => {
  copyFileSync(path("film.mp4"), path("short.mp4"));
  const { size } = statSync(path("film.mp4"));
  truncateSync(path("short.mp4"), Math.floor(size * 0.6));
  const { plan } = await salvaged([path("short.mp4"), path("small.mp4")]);
  expect(plan.durationSeconds).toBeGreaterThanOrEqual(3);
  expect(plan.durationSeconds).toBeLessThan(4);
});

test("without a damaged file the same package comes out", async () => {
  const { plan } = await salvaged(path("package", "film.ism"));
  expect([plan.notes, plan.durationSeconds]).toEqual([[], SECONDS]);
});

test("is never done unasked", async () => {
  const rung = nameOf(/^film_\d+\.ismv$/);
  const ism = cutPackage(rung, 40_000);
  const output = path("unasked");
  await expect(mux([ism], { output })).rejects.toMatchObject({ code: "input" });
});

test("a rung of which nothing is whole is left out, where another goes on", async () => {
  const rung = nameOf(/^film_\d+\.ismv$/);
  const [first = 0] = await wholeUpTo(path("package", rung));
  const { plan } = await salvaged(cutPackage(rung, first - 10));
  expect(plan.notes[0]).toBe(
    `${rung}: left out, not one fragment of it is whole`,
  );
  expect(plan.durationSeconds).toBe(SECONDS);
});

test("where nothing is whole, says which file has lost it", async () => {
  const sound = nameOf(/isma$/);
  const [first = 0] = await wholeUpTo(path("package", sound));
  await expect(salvaged(cutPackage(sound, first >> 1))).rejects.toMatchObject({
    code: "input",
    message: expect.stringContaining(`cut off: ${sound}`) as string,
  });
});
