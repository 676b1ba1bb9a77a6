import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { concat, u32 } from "../../src/isobmff/bytes.js";
import { keyFrames } from "../../src/tracks/key-frames.js";
import { hex } from "../support/hex-bytes.js";
import { tempFolder } from "../support/temp.js";
import { table, videoTrack } from "../support/track.js";
import { sourceOf } from "./source.js";

const folder = tempFolder();

const SPS = hex`67 42C01E AABB`;
const PPS = hex`68 CE3C80`;
const AVCC = hex`01 42C01E FF E1 0006 67 42C01E AABB 01 0004 68 CE3C80`;

/** NAL units, each behind its length. */
const sample = (...units: Uint8Array[]) =>
  concat(units.flatMap((unit) => [u32(unit.length), unit]));

const IDR = sample(hex`65 8880`);
const INTER = sample(hex`41 9A00`);
/** An I picture that is no IDR, behind its recovery point message. */
const RECOVERY = sample(hex`06 060180 80`, hex`61 8880`);

interface Row {
  readonly bytes: Uint8Array;
  readonly sync?: boolean;
  readonly offset?: number;
}

let files = 0;

/** A picture track of frames of 40 ms that lies in a file. */
function sourceWith(rows: readonly Row[]) {
  const path = join(folder, `${(files += 1)}.h264`);
  writeFileSync(path, concat(rows.map(({ bytes }) => bytes)));
  const samples = table(
    rows.map(() => 400_000),
    {
      sizes: rows.map(({ bytes }) => bytes.length),
      sync: rows.map(({ sync = false }) => (sync ? 1 : 0)),
      offsets: rows.map(({ offset = 0 }) => offset),
    },
  );
  const track = { ...videoTrack(samples), config: AVCC };
  return sourceOf(track, "film.mp4", { path });
}

const key: Row = { bytes: IDR, sync: true };
const inter: Row = { bytes: INTER };

describe("a fragment can begin", () => {
  test("at sync samples that are IDR", async () => {
    const { list, error } = await keyFrames(
      sourceWith([key, inter, key, inter]),
    );
    expect(list).toEqual([
      { sample: 0, time: 0 },
      { sample: 2, time: 800_000 },
    ]);
    expect(error).toBeUndefined();
  });

  test("also at IDR pictures that the file does not call sync samples", async () => {
    const source = sourceWith([key, inter, { bytes: IDR }, inter]);
    expect((await keyFrames(source)).list).toHaveLength(2);
    expect([...source.track.samples.sync]).toEqual([1, 0, 1, 0]);
  });

  test("not at a recovery point, whose pictures lean on others", async () => {
    const recovery = { bytes: RECOVERY, sync: true };
    const source = sourceWith([key, inter, recovery, inter]);
    const { list, error } = await keyFrames(source);
    expect([...source.track.samples.sync]).toEqual([1, 0, 0, 0]);
    expect(list).toEqual([{ sample: 0, time: 0 }]);
    expect(error).toBe(
      "frame 3 (0.080 s): first picture is NAL unit type 1, expected 5 (IDR)",
    );
  });

  test("not where a picture that is decoded later is shown before it", async () => {
    const open = { bytes: IDR, sync: true, offset: 400_000 };
    const leading = { bytes: INTER, offset: -400_000 };
    const { list, error } = await keyFrames(
      sourceWith([key, inter, open, leading]),
    );
    expect(list).toEqual([{ sample: 0, time: 0 }]);
    expect(error).toContain("frame 3 (0.080 s): pictures before it");
  });

  test("also where its parameter sets are repeated, and zeros behind them", async () => {
    const padded = concat([PPS, hex`0000`]);
    const again = {
      bytes: sample(hex`09 F0`, SPS, padded, hex`65 8880`),
      sync: true,
    };
    const { list } = await keyFrames(sourceWith([key, inter, again]));
    expect(list).toHaveLength(2);
  });

  test("also behind messages of more than 4096 bytes", async () => {
    const message = concat([hex`06`, new Uint8Array(9000).fill(1)]);
    const far = { bytes: sample(message, hex`65 8880`), sync: true };
    const { list } = await keyFrames(sourceWith([far, inter]));
    expect(list).toHaveLength(1);
  });
});

describe("a track is refused", () => {
  test("when another parameter set comes on the way", async () => {
    const other = {
      bytes: sample(hex`67 4D401E CCDD`, PPS, hex`65 8880`),
      sync: true,
    };
    await expect(keyFrames(sourceWith([key, inter, other]))).rejects.toThrow(
      "film.mp4: frame 3 (0.080 s) brings a SPS of 6 bytes that its sample entry does not have. Expected the same parameter sets throughout",
    );
  });

  test("when a second PPS comes on the way", async () => {
    const other = { bytes: sample(hex`68 CE3C81`, hex`65 8880`), sync: true };
    await expect(keyFrames(sourceWith([key, other]))).rejects.toThrow(
      "a PPS of 4 bytes",
    );
  });

  test.each([
    ["no sync sample", [inter, inter], ""],
    [
      "another picture than IDR",
      [{ bytes: INTER, sync: true }, inter],
      ": frame 1 (0.000 s): first picture is NAL unit type 1",
    ],
    [
      "no picture at all",
      [{ bytes: sample(hex`09 F0`), sync: true }, inter],
      ": frame 1 (0.000 s): first picture is not found",
    ],
    [
      "a picture that is shown after others",
      [
        { bytes: IDR, sync: true, offset: 400_000 },
        { bytes: INTER, offset: -400_000 },
      ],
      ": frame 1 (0.000 s): pictures before it",
    ],
    [
      "bytes that are no NAL units",
      [{ bytes: hex`FFFFFFFF FFFF`, sync: true }, inter],
      ": frame 1",
    ],
  ])("when it begins with %s", async (_, rows, why) => {
    await expect(keyFrames(sourceWith(rows))).rejects.toThrow(
      `film.mp4: does not begin with a closed group of pictures${why}`,
    );
  });
});
