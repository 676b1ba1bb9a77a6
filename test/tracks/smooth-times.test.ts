import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { mux } from "../../src/pipeline/mux.js";
import { smoothPackage } from "../support/smooth-package.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const SECOND = 10_000_000;
let made = 0;

async function muxed(paths: readonly string[]) {
  const output = join(parent, `out-${(made += 1)}`);
  const { plan, report } = await mux(paths, {
    ...{ output, fsync: false, name: "film", fragmentSeconds: 1 },
  });
  expect(report.findings).toEqual([]);
  const [video, audio] = plan.tracks.map(({ file }) => join(output, file));
  return { notes: plan.notes, video: video ?? "", audio: audio ?? "" };
}

/** When samples of an equal size begin: those of the source, at new times. */
async function timesOf(path: string) {
  const [track] = await readMovie(path);
  if (track === undefined) throw new Error("no track");
  const { size, decodeTime, count } = track.samples;
  return { size: [...size], times: [...decodeTime], count };
}

describe("fragments whose times stand in the index alone", () => {
  test("sound that begins a second late begins a second late", async () => {
    const paths = await smoothPackage(parent, {
      audio: { later: BigInt(SECOND) },
    });
    const { audio, notes } = await muxed(paths);
    const [source] = (await readMovie(paths[1] ?? "")).map(
      ({ samples }) => samples,
    );
    expect(source?.decodeTime[0]).toBe(SECOND);
    const { size, times } = await timesOf(audio);
    const first = size.findIndex((bytes) => bytes === source?.size[0]);
    expect(times[first]).toBe(SECOND);
    expect(notes.join()).toContain("begins 1.000 s late, silence before it");
  });

  test("a picture that begins two seconds late is held for two seconds", async () => {
    const paths = await smoothPackage(parent, {
      video: { later: 2n * BigInt(SECOND) },
    });
    const { video, notes } = await muxed(paths);
    const { times } = await timesOf(video);
    const usual = await timesOf(paths[0] ?? "");
    expect(times[1]).toBe(usual.times[1]);
    expect(usual.times[1]).toBeGreaterThan(2 * SECOND);
    expect(notes.join()).toContain(
      "begins 2.000 s late, its first picture is held",
    );
  });

  test("a lost fragment of sound is silence, and what follows keeps its time", async () => {
    const whole = await timesOf((await smoothPackage(parent, {}))[1] ?? "");
    const paths = await smoothPackage(parent, { audio: { without: 1 } });
    const { audio, notes } = await muxed(paths);
    const { size, times } = await timesOf(audio);
    const last = whole.count - 1;
    const found = size.lastIndexOf(whole.size[last] ?? 0);
    expect(times[found]).toBe(whole.times[last]);
    expect(notes.join()).toMatch(/nothing for \d\.\d+ s at \d\.\d+ s; silence/);
    expect(
      Math.max(...times.slice(1).map((time, i) => time - (times[i] ?? 0))),
    ).toBeLessThan(400_000);
  });

  test("times that no double holds are those of 0", async () => {
    const later = 15_589_466_996_501_875n;
    const plain = await muxed(await smoothPackage(parent, {}));
    const far = await muxed(
      await smoothPackage(parent, { video: { later }, audio: { later } }),
    );
    expect(await timesOf(far.video)).toEqual(await timesOf(plain.video));
    expect(await timesOf(far.audio)).toEqual(await timesOf(plain.audio));
  });

  test("without an index the manifest beside the file tells them", async () => {
    const paths = await smoothPackage(parent, {
      audio: { isUntold: true },
      ismc: true,
    });
    const ismc = join(paths[1] ?? "", "../clip.ismc");
    const text = readFileSync(ismc, "utf8");
    const [head = "", rest = ""] = text.split('<StreamIndex Type="audio"');
    const late = rest.replace('<c d="', `<c t="${SECOND}" d="`);
    writeFileSync(ismc, `${head}<StreamIndex Type="audio"${late}`);
    const { notes } = await muxed(paths);
    expect(notes.join()).toContain("begins 1.000 s late, silence before it");
  });
});
