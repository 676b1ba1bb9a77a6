import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mfra } from "../../src/isobmff/boxes/random-access.js";
import { fullBox } from "../../src/isobmff/box.js";
import { concat, u32, u8 } from "../../src/isobmff/bytes.js";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { walkBoxes } from "../../src/isobmff/box-tree.js";
import { remux } from "../../src/remux.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";

/** As makers on demand wrote packages: when a fragment begins stands outside of it. */
const parent = tempFolder();
const SECOND = 10_000_000;
let made = 0;

interface Cut {
  /** By how much the times of a track are moved. */
  readonly later?: bigint;
  /** The fragment that is lost, counted from 0. */
  readonly without?: number;
  /** Say nothing in the file. */
  readonly isUntold?: boolean;
}

/** A file whose fragments have no time, with an index of other times. */
function changed(path: string, { later = 0n, without, isUntold }: Cut): Buffer {
  const file = readFileSync(path);
  const boxes = [...walkBoxes(file)];
  const at = boxes.findIndex(({ type }) => type === "moof");
  const parts = [file.subarray(0, boxes[at]?.start)];
  const index = boxes.at(-1);
  const old = index?.children[0];
  const row = (old?.start ?? 0) + 24;
  const rows: Uint8Array[] = [];
  let end = parts[0]?.length ?? 0;
  for (let i = 0; at + 2 * i < boxes.length - 1; i++) {
    const [moof, mdat] = boxes.slice(at + 2 * i);
    if (moof === undefined || mdat === undefined || i === without) continue;
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(file.readBigInt64BE(row + 19 * i) + later);
    rows.push(concat([time, u32(0, end), u8(1, 1, 1)]));
    const fragment = file.subarray(moof.start, mdat.start + mdat.size);
    parts.push(fragment);
    end += fragment.length;
  }
  const table = fullBox("tfra", 1, 0, u32(1, 0, rows.length), ...rows);
  return Buffer.concat([...parts, ...(isUntold ? [] : [mfra(table)])]);
}

/** A package in the layout of Expression Encoder, with changed files; the paths of picture and sound. */
async function packaged(cut: { video?: Cut; audio?: Cut; ismc?: boolean }) {
  const { folder, tracks } = await writeFixturePackage(parent, "clip", {
    layout: "expression-encoder",
  });
  const target = join(parent, `changed-${(made += 1)}`);
  mkdirSync(target);
  if (cut.ismc)
    for (const name of ["clip.ism", "clip.ismc"])
      writeFileSync(join(target, name), readFileSync(join(folder, name)));
  return tracks
    .filter(({ file }) => !file.includes("_25."))
    .map(({ file }) => {
      const own = file.endsWith("v") ? cut.video : cut.audio;
      const path = join(target, file);
      writeFileSync(path, changed(join(folder, file), own ?? {}));
      return path;
    });
}

async function muxed(paths: readonly string[]) {
  const output = join(parent, `out-${(made += 1)}`);
  const { plan, report } = await remux(paths, {
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
    const paths = await packaged({ audio: { later: BigInt(SECOND) } });
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
    const paths = await packaged({ video: { later: 2n * BigInt(SECOND) } });
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
    const whole = await timesOf((await packaged({}))[1] ?? "");
    const paths = await packaged({ audio: { without: 1 } });
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
    const plain = await muxed(await packaged({}));
    const far = await muxed(
      await packaged({ video: { later }, audio: { later } }),
    );
    expect(await timesOf(far.video)).toEqual(await timesOf(plain.video));
    expect(await timesOf(far.audio)).toEqual(await timesOf(plain.audio));
  });

  test("without an index the manifest beside the file tells them", async () => {
    const paths = await packaged({ audio: { isUntold: true }, ismc: true });
    const ismc = join(paths[1] ?? "", "../clip.ismc");
    const text = readFileSync(ismc, "utf8");
    const [head = "", sound = ""] = text.split('<StreamIndex Type="audio"');
    const late = sound.replace('<c d="', `<c t="${SECOND}" d="`);
    writeFileSync(ismc, `${head}<StreamIndex Type="audio"${late}`);
    const { notes } = await muxed(paths);
    expect(notes.join()).toContain("begins 1.000 s late, silence before it");
  });
});
