import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { box, fullBox } from "../../src/isobmff/box.js";
import {
  moov,
  mvhd,
  hdlr,
  mdhd,
  mdia,
  minf,
  tkhd,
  trak,
} from "../../src/isobmff/boxes/movie.js";
import { avc1 } from "../../src/isobmff/boxes/sample-table.js";
import { concat, u32, zeros } from "../../src/isobmff/bytes.js";
import { allRungs } from "../../src/plan/encode-plan.js";
import { readEncoded } from "../../src/tracks/read-encoded.js";
import { fixture, fixturePlan } from "../support/fixtures.js";
import { hex } from "../support/hex-bytes.js";
import { add32, payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

/** Reads a damaged copy of an encoded piece. */
async function read(
  name: "video-1.mp4" | "audio.mp4",
  damage: (bytes: Buffer) => void,
) {
  const path = join(folder, name);
  copyFileSync(fixture(name), path);
  const bytes = readFileSync(path);
  damage(bytes);
  writeFileSync(path, bytes);
  const kind = name === "audio.mp4" ? "audio" : "video";
  const rung = allRungs(fixturePlan()).find((row) => row.kind === kind);
  if (rung === undefined) throw new Error("no rung");
  return readEncoded({ rung, pieces: [path] });
}

/** A film of 5000 bytes with two samples of 3000, both at its begin. */
function overlapping(): Uint8Array {
  const config = hex`01 42C01E FF E1 0004 67010203 01 0002 68CE`;
  const tables = box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), avc1(16, 16, config)),
    fullBox("stts", 0, 0, u32(1, 2, 40)),
    fullBox("stsz", 0, 0, u32(3000, 2)),
    fullBox("stsc", 0, 0, u32(1, 1, 1, 1)),
    fullBox("stco", 0, 0, u32(2, 0, 0)),
  );
  const head = {
    trackId: 1,
    duration: 80,
    width: 16,
    height: 16,
    audible: false,
  };
  const media = mdia(mdhd(1000, 80, "und"), hdlr("vide", ""), minf(tables));
  const movie = moov(mvhd(1000, 80, 2), trak(tkhd(head), media));
  return concat([movie, box("mdat", zeros(5000 - movie.length - 8))]);
}

type Lie = readonly [
  what: string,
  file: "video-1.mp4" | "audio.mp4",
  damage: (bytes: Buffer) => void,
  sentence: RegExp,
];

const word = (type: string, at: number, value: number) => (bytes: Buffer) => {
  bytes.writeUInt32BE(value, payloadOf(bytes, type) + at);
};

/** Each was once believed, or ended in something else than a sentence; the reason stands behind it. */
const lies: readonly Lie[] = [
  [
    "four milliards of samples of one size: the memory ran full",
    "audio.mp4",
    (bytes) => {
      word("stsz", 4, 100)(bytes);
      word("stsz", 8, 0xffffffff)(bytes);
    },
    /stsz claims 4294967295 samples of 100 bytes. Expected at most 4194304/,
  ],
  [
    "compact sizes: the track seemed to have no samples",
    "video-1.mp4",
    (bytes) => {
      bytes.write("stz2", payloadOf(bytes, "stsz") - 4, "latin1");
    },
    /sample sizes are in an stz2 box. Expected stsz/,
  ],
  [
    "a duration of 2^31: it was taken for 1, by mp4box",
    "video-1.mp4",
    word("stts", 12, 0x80000000),
    /stts gives sample 1 a duration of 2147483648. Expected less than 2\^31/,
  ],
  [
    "more samples in stts than in stsz: the rest was dropped",
    "video-1.mp4",
    (bytes) => add32(bytes, payloadOf(bytes, "stts") + 8, 1),
    /stts describes 129 samples, stsz 128/,
  ],
  [
    "more samples in ctts than in stsz: the rest was dropped",
    "video-1.mp4",
    (bytes) => add32(bytes, payloadOf(bytes, "ctts") + 8, 7),
    /ctts describes 135 samples, stsz 128/,
  ],
  [
    "more samples in chunks than in stsz: the rest was dropped",
    "video-1.mp4",
    (bytes) => add32(bytes, payloadOf(bytes, "stsc") + 12, 500),
    /stsc describes \d+ samples, stsz 128/,
  ],
  [
    "media beyond the end of the file: copied as a shorter fragment",
    "video-1.mp4",
    word("stco", 8, 0x7fffffff),
    /sample 1 lies at bytes \d+ to \d+, the file has 18546/,
  ],
  [
    "an edit that begins behind the sound: a frame was left of it",
    "audio.mp4",
    word("elst", 12, 0x7fffffff),
    /the edit list begins at 2147483647, the media ends at \d+/,
  ],
  [
    "one tick a second: offsets and times were cut to 32 bits",
    "video-1.mp4",
    (bytes) => {
      word("mdhd", 12, 1)(bytes);
      word("elst", 8, 0)(bytes); // the edit goes on to the end
    },
    /a composition offset of \d+ ticks. Expected at most 2\^31/,
  ],
];

describe("an encoded piece that lies is refused, not packaged:", () => {
  test.each(lies)("%s", async (_, file, damage, sentence) => {
    await expect(read(file, damage)).rejects.toMatchObject({
      name: "PackError",
      code: "mux",
      message: expect.stringMatching(sentence) as string,
    });
  });

  test("samples upon one another: a small file made a large package", async () => {
    const path = join(folder, "overlap.mp4");
    writeFileSync(path, overlapping());
    const [rung] = allRungs(fixturePlan());
    if (rung === undefined) throw new Error("no rung");
    await expect(readEncoded({ rung, pieces: [path] })).rejects.toMatchObject({
      // The encoder's own file: the input is not to blame.
      code: "mux",
      message: `${path} track 1: its samples have 6000 bytes, the file 5000.`,
    });
  });

  test("what is left alone is read", async () => {
    const { samples } = await read("video-1.mp4", () => undefined);
    expect(samples.count).toBe(128);
  });
});
