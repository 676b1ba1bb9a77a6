import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, pack, plan, type PackOptions } from "../../../src/index.js";
import { bursting, flashing } from "../../corpus/make/sources.js";
import { box } from "../../drm/layouts/boxes.js";
import { readSource, type SourceTrack } from "../../drm/layouts/source.js";
import { withEntry } from "../../drm/layouts/with-entry.js";
import { writeFile } from "../../drm/layouts/write-file.js";
import { remake, eachFragment, withoutTfxd } from "../../foreign/film-file.js";
import { ffmpeg } from "../../support/clip.js";
import { beepTimes, whitePictures } from "../../support/measure.js";
import { tempFolder } from "../../support/temp.js";

const root = tempFolder();
const path = (...names: string[]) => join(root, ...names);

const SRT = `1
00:00:02,000 --> 00:00:02,200
The flash
`;

/** A white flash of the picture with each burst of the sound. */
const FLASHES = [2, 3.6] as const;

beforeAll(async () => {
  const [first, second] = FLASHES;
  const picture = flashing({}, [first, 2.2], [second, 3.8]);
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-f", "lavfi", "-i", picture],
      ...["-f", "lavfi", "-i", bursting(...FLASHES), "-t", "5"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-bf", "2", "-g", "25", "-c:a", "aac", path("film.mp4")],
    ],
    "film.mp4",
  );
  writeFileSync(path("film.de.srt"), SRT);
  await mux([{ path: path("film.mp4"), language: "eng" }], {
    ...{ output: path("old"), name: "film", fsync: false },
    captions: [path("film.de.srt")],
  });
}, 120_000);

function copyOf(name: string): string {
  mkdirSync(path(name));
  for (const file of readdirSync(path("old")))
    copyFileSync(path("old", file), path(name, file));
  return path(name, "film.ism");
}

const fileOf = (name: string, extension: string) =>
  path(
    name,
    readdirSync(path(name)).find((file) => file.endsWith(extension)) ?? "",
  );

async function packed(
  ism: string,
  name: string,
  options: Partial<PackOptions> = {},
) {
  const output = path(name);
  const result = await pack(ism, { output, ...options });
  return { ...result, ...(await timesOf(name)) };
}

/** When the picture becomes white, and when the sound bursts. */
async function timesOf(name: string) {
  const white = await whitePictures(fileOf(name, ".ismv"));
  const first = white.filter((n) => !white.includes(n - 1));
  const bursts = await beepTimes(fileOf(name, ".isma"));
  return { flashes: first.map((n) => n / 25), bursts };
}

function expectInTime({
  flashes,
  bursts,
}: {
  flashes: readonly number[];
  bursts: readonly number[];
}): void {
  expect(flashes).toEqual([...FLASHES]);
  expect(bursts).toHaveLength(FLASHES.length);
  for (const [i, time] of FLASHES.entries())
    expect(Math.abs((bursts[i] ?? NaN) - time)).toBeLessThan(0.02);
}

const LATE = 140_000_000_000n;

describe("pack of a package", () => {
  test("encodes it with its language and captions, in time", async () => {
    const made = await packed(copyOf("ours"), "from-ours");
    expectInTime(made);
    const [sound, text] = made.plan.streams.slice(1);
    expect(sound).toMatchObject({ kind: "audio", language: "eng" });
    expect(text).toMatchObject({ kind: "text", language: "deu" });
    const captions = readFileSync(fileOf("from-ours", ".ismt"), "latin1");
    expect(captions).toContain('begin="00:00:00.000" end="00:00:00.200"');
    expect(captions).toContain("The flash");
    expect(made.plan.notes[0]).toContain("mss-pack mux takes all of it");
  });

  test("whose times stand in its index alone, hours after 0", async () => {
    const ism = copyOf("untold");
    for (const extension of [".ismv", ".isma"])
      remake(
        fileOf("untold", extension),
        eachFragment((one) => withoutTfxd({ ...one, time: one.time + LATE })),
      );
    expectInTime(await packed(ism, "from-untold"));
  });

  test("whose sound is WMA, which mux does not take", async () => {
    const ism = copyOf("wma");
    await putWma("wma");
    await expect(mux([ism], { output: path("no") })).rejects.toMatchObject({
      code: "unsupported",
    });
    const made = await packed(ism, "from-wma");
    expectInTime(made);
    expect(made.plan.notes[0]).toBe(
      "a package: its best picture and sounds are encoded; mux cannot copy audio owma",
    );
  });

  test("is not encoded again while it is the same", async () => {
    const ism = copyOf("same");
    const options = { output: path("from-same"), skipExisting: true };
    expect(await pack(ism, options)).toMatchObject({ skipped: false });
    expect(await pack(ism, options)).toMatchObject({ skipped: true });
    const sound = fileOf("same", ".isma");
    writeFileSync(sound, readFileSync(sound).fill(0, 5000, 5010));
    await expect(pack(ism, options)).rejects.toMatchObject({ code: "exists" });
  });

  test("with --copy is refused", async () => {
    const options = { copy: ["video"] } as const;
    await expect(plan(copyOf("copied"), options)).rejects.toMatchObject({
      code: "usage",
    });
  });

  test("with --salvage is refused, with what helps", async () => {
    const output = path("no-salvage");
    const salvaged = pack(copyOf("salvaged"), { output, salvage: true });
    await expect(salvaged).rejects.toMatchObject({
      code: "usage",
      hint: expect.stringContaining("mss-pack repair") as string,
    });
  });

  test("gets thumbnails, where they are asked for", async () => {
    const options = { output: path("thumbs"), thumbnailSeconds: 1 };
    const { files } = await pack(copyOf("with-thumbs"), options);
    const names = files.map(({ file }) => file);
    expect(names).toContain("film.thumbs.vtt");
    expect(names).toContain("film.thumbs.jpg");
  });

  test("never replaces its own files", async () => {
    const ism = copyOf("self");
    const again = pack(ism, { output: path("self"), overwrite: true });
    await expect(again).rejects.toMatchObject({ code: "usage" });
  });

  test("that is encrypted or cut off is refused before any work", async () => {
    const ism = copyOf("cut");
    const video = fileOf("cut", ".ismv");
    writeFileSync(video, readFileSync(video).subarray(0, -20_000));
    await expect(plan(ism)).rejects.toMatchObject({ code: "input" });
  });
});

/** Replaces the sound of a package by the same in WMA, as Expression Encoder laid it out. */
async function putWma(name: string): Promise<void> {
  const aac = fileOf(name, ".isma");
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-i", path("film.mp4"), "-vn"],
      ...["-c:a", "wmav2", "-b:a", "96k", path("film.mov")],
    ],
    "film.mov",
  );
  const track = wmaTrack(readSource(aac), readFileSync(path("film.mov")));
  writeFileSync(aac, writeFile([track], { time: "tfxd", index: "long" }));
}

const RATE = 48_000;
/** Samples in each block of the codec. */
const BLOCK = 2048;

/** @param mov has the blocks one behind another, all of one size */
function wmaTrack(source: SourceTrack, mov: Buffer): SourceTrack {
  const payload = (type: string) => mov.indexOf(type, 0, "latin1") + 4;
  const size = mov.readUInt32BE(payload("stsz") + 4);
  const count = mov.readUInt32BE(payload("stsz") + 8);
  const config = mov.subarray(payload("glbl"), payload("glbl") + 10);
  const first = payload("mdat");
  const tick = (block: number) => Math.round((block * BLOCK * 1e7) / RATE);
  // The encoder is late by its first block.
  const samples = Array.from({ length: count - 1 }, (_, i) => ({
    bytes: mov.subarray(first + (i + 1) * size, first + (i + 2) * size),
    ...{ duration: tick(i + 1) - tick(i), compositionOffset: 0, flags: 0 },
  }));
  const fragments = [0, 1, 2, 3, 4, 5].map((n) => ({
    time: BigInt(tick(20 * n)),
    samples: samples.slice(20 * n, 20 * (n + 1)),
  }));
  return {
    ...source,
    trak: withEntry(source.trak, owma(size, config)),
    fragments,
  };
}

/** The sample entry of Expression Encoder: a WAVEFORMATEX inside. */
function owma(blockSize: number, config: Buffer): Buffer {
  const wave = Buffer.alloc(18);
  wave.writeUInt16LE(0x161, 0);
  wave.writeUInt16LE(2, 2);
  wave.writeUInt32LE(RATE, 4);
  wave.writeUInt32LE(Math.round((blockSize * RATE) / BLOCK), 8);
  wave.writeUInt16LE(blockSize, 12);
  wave.writeUInt16LE(16, 14);
  wave.writeUInt16LE(config.length, 16);
  const fields = Buffer.alloc(28);
  fields.writeUInt16BE(1, 6);
  fields.writeUInt16BE(2, 16);
  fields.writeUInt16BE(16, 18);
  fields.writeUInt32BE(RATE * 0x10000, 24);
  return box("owma", fields, box("wfex", wave, config));
}
