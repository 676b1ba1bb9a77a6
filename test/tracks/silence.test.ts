import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silentFrame } from "../../src/codecs/aac.js";
import type { Track } from "../../src/media/track.js";
import { silenceBefore, silenceBehind } from "../../src/tracks/silence.js";
import { run, tools } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";
import { audioTrack, table } from "../support/track.js";

const folder = tempFolder();

/** AudioSpecificConfig of AAC-LC at 48 kHz. */
const config = (channels: number, more = 0) =>
  Uint8Array.of(0x11, 0x80 | (channels << 3) | more);

/** A frame behind an ADTS header, which tells the decoder what the config would. ISO/IEC 14496-3 1.A.2.2 */
function adts(frame: Uint8Array, channels: number): Uint8Array {
  const length = 7 + frame.length;
  return Uint8Array.of(
    ...[0xff, 0xf1, 0x4c | (channels >> 2)],
    ((channels & 3) << 6) | (length >> 11),
    (length >> 3) & 0xff,
    ((length & 7) << 5) | 0x1f,
    0xfc,
    ...frame,
  );
}

describe("a silent frame", () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [7, 8],
  ])(
    "of channel configuration %i is 1024 zeros in %i channels",
    async (configuration, channels) => {
      const frame = silentFrame(config(configuration));
      if (frame === undefined) throw new Error("no silence");
      const path = join(folder, `${configuration}.aac`);
      const frames = Array.from({ length: 5 }, () =>
        adts(frame.bytes, configuration),
      );
      writeFileSync(path, Buffer.concat(frames));
      const { ffmpeg } = await tools();
      const { stdout, stderr } = await run(ffmpeg.path, [
        ...["-v", "warning", "-i", path, "-f", "s16le", "-"],
      ]);
      expect(stderr.replace(/.*Estimating duration.*\n/, "")).toBe("");
      expect(stdout.length).toBe(5 * 1024 * channels * 2);
      expect(stdout.every((byte) => byte === 0)).toBe(true);
    },
  );

  test("of one channel, byte for byte: element, gain, a long window without bands, end", () => {
    // 000 0000 | 01100100 0 00 0 000000 0 0 0 0 | 111
    expect(silentFrame(config(1))?.bytes).toEqual(
      Uint8Array.of(0x00, 0xc8, 0x00, 0x07),
    );
  });

  test("is 960 samples where the config says so", () => {
    expect(silentFrame(config(2, 0x04))?.samples).toBe(960);
    expect(silentFrame(config(2))?.samples).toBe(1024);
  });

  test("does not exist for channels in an order of their own", () => {
    expect(silentFrame(config(0))).toBeUndefined();
    expect(silentFrame(config(11))).toBeUndefined();
  });
});

const FRAME = 213_333;

/** Sound of three frames at 48 kHz that begins at a tick. */
function audio(begin: number): Track {
  const samples = table([FRAME, FRAME, FRAME]);
  samples.decodeTime.forEach((time, i) => {
    samples.decodeTime[i] = time + begin;
  });
  return { ...audioTrack(samples), config: config(2) };
}

const times = ({ samples }: Track) => [...samples.decodeTime];

describe("silence before sound", () => {
  test("is whole frames; the last is as long as it must be", () => {
    const track = silenceBefore(audio(1_000_000), "a.m4a");
    expect(times(track).slice(0, 6)).toEqual([
      0, 213_333, 426_667, 640_000, 853_333, 1_000_000,
    ]);
    expect(track.samples.count).toBe(8);
    expect(track.files.map(({ firstSample }) => firstSample)).toEqual([0, 5]);
  });

  test("of less than half a frame goes to the first frame", () => {
    const track = silenceBefore(audio(100_000), "a.m4a");
    expect(times(track)).toEqual([0, 313_333, 526_666, 739_999]);
    expect(track.files).toHaveLength(1);
  });
});

describe("silence behind sound", () => {
  test("is whole frames up to less than one before the end", () => {
    const track = silenceBehind(audio(0), 1_200_000, "a.m4a");
    expect(times(track)).toEqual([
      0, 213_333, 426_666, 639_999, 853_332, 1_066_666,
    ]);
    expect(track.files.map(({ firstSample }) => firstSample)).toEqual([0, 3]);
  });

  test("is none where the sound goes on", () => {
    const track = audio(0);
    expect(silenceBehind(track, 700_000, "a.m4a")).toBe(track);
    expect(silenceBehind(track, 100_000, "a.m4a")).toBe(track);
  });
});
