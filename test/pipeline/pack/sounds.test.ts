import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { pack } from "../../../src/pipeline/pack.js";
import type { PackOptions, PackResult } from "../../../src/pipeline/options.js";
import { audioStreams, videoStream } from "../../../src/plan/encode-plan.js";
import { firstBeep, whitePictures } from "../../support/measure.js";
import { run, tools } from "../../support/programs.js";
import { tempFolder } from "../../support/temp.js";
import { written } from "../../corpus/make/media.js";
import { flashing } from "../../corpus/make/sources.js";

const folder = tempFolder();

interface Sound {
  readonly language: string;
  readonly hertz: number;
  /** When its burst begins, in the film. */
  readonly burst: number;
  /** How late the stream begins. */
  readonly late: number;
  readonly codec: string;
}

const SOUNDS: readonly Sound[] = [
  { language: "eng", hertz: 500, burst: 1, late: 0, codec: "aac" },
  { language: "ger", hertz: 900, burst: 1.8, late: 0.7, codec: "ac3" },
  { language: "fre", hertz: 1500, burst: 2.4, late: 1.3, codec: "libmp3lame" },
];

/** When the picture is white, with the first burst: encoders' lead-ins may move all of a film by a frame. */
const FLASH = 1;

/** A film of four seconds: each sound is a burst of its own tone, and each begins at another time. */
async function film(path: string, ...more: readonly string[]): Promise<string> {
  await written(
    ...["-f", "lavfi", "-t", "4", "-i", flashing({}, [FLASH, 1.2])],
    ...SOUNDS.flatMap(({ hertz, burst, late }) => {
      const from = burst - late;
      const when = `between(t,${from},${from + 0.3})`;
      const tone = `aevalsrc='0.6*sin(2*PI*${hertz}*t)*${when}':s=48000`;
      return [
        ...["-itsoffset", String(late), "-f", "lavfi"],
        ...["-t", String(4 - late), "-i", tone],
      ];
    }),
    ...["-map", "0", "-map", "1", "-map", "2", "-map", "3"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "25"],
    ...SOUNDS.flatMap(({ language, codec }, i) => [
      ...[`-c:a:${i}`, codec, `-metadata:s:a:${i}`, `language=${language}`],
      ...[`-disposition:a:${i}`, i === 1 ? "default" : "0"],
    ]),
    ...more,
  )(path);
  return path;
}

const programs = await tools();
const options = (name: string): PackOptions => ({
  ...{ output: join(folder, name), name, verify: "full", tools: programs },
  ...{ encoderPreset: "ultrafast", maxHeight: 180 },
});

/** Names, files, and which burst is heard when. */
async function heard({ plan, folder: out }: PackResult) {
  const found = [];
  const [top] = videoStream(plan)?.rungs ?? [];
  const [white = NaN] = await whitePictures(join(out, top?.file ?? ""));
  const later = white / 25 - FLASH;
  for (const { name, language, rungs } of audioStreams(plan)) {
    const { from, hertz } = await firstBeep(join(out, rungs[0]?.file ?? ""));
    found.push({ name, language, hertz, from: from - later });
  }
  return found;
}

const EXPECTED = [
  { name: "audio_deu", language: "deu", hertz: 900, from: 1.8 },
  { name: "audio_eng", language: "eng", hertz: 500, from: 1 },
  { name: "audio_fra", language: "fra", hertz: 1500, from: 2.4 },
];

describe.each([
  ["Matroska", "film.mkv"],
  ["MP4", "film.mp4"],
  ["MPEG-TS", "film.ts"],
])("three languages that begin at three times, from %s,", (_, file) => {
  let result: PackResult;
  beforeAll(async () => {
    const input = await film(join(folder, file));
    const audio = file.endsWith(".ts") ? "deu,eng,fra" : undefined;
    result = await pack(input, { ...options(file.replace(".", "-")), audio });
  });

  test("are each heard at their time under their own name, the marked one first", async () => {
    const found = await heard(result);
    expect(found).toHaveLength(EXPECTED.length);
    for (const [i, { hertz, from, ...names }] of EXPECTED.entries()) {
      expect(found[i]).toMatchObject(names);
      expect(found[i]?.hertz).toBeCloseTo(hertz, -2);
      expect(Math.abs((found[i]?.from ?? NaN) - from)).toBeLessThan(0.01);
    }
  });

  test("end at one tick, with the picture", () => {
    const ends = result.report.tracks.map(({ end }) => end);
    expect(ends).toHaveLength(4);
    expect(new Set(ends).size).toBe(1);
  });
});

test("5.1 is a stream behind the stereo, as decoders and manifests have it", async () => {
  const input = join(folder, "surround.mkv");
  await written(
    ...["-f", "lavfi", "-t", "2", "-i", flashing({}, [FLASH, 1.2])],
    ...["-f", "lavfi", "-t", "2", "-i", "anoisesrc=c=pink:a=0.1:r=48000"],
    ...["-af", "aformat=channel_layouts=mono,pan=5.1(side)|FL=c0|SR=c0"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "ac3"],
  )(input);
  const made = await pack(input, { ...options("surround"), audioChannels: 6 });
  const [stereo, surround] = audioStreams(made.plan);
  expect(stereo?.rungs[0]?.channels).toBe(2);
  const path = join(made.folder, surround?.rungs[0]?.file ?? "");
  const { ffprobe } = await tools();
  const { stdout } = await run(ffprobe.path, [
    ...["-v", "error", "-show_entries", "stream=channel_layout"],
    ...["-of", "csv=p=0", path],
  ]);
  expect(stdout.toString().trim()).toBe("5.1");
  const client = readFileSync(join(made.folder, "surround.ismc"), "utf8");
  const [, second = ""] = client.split('Name="audio_und_2"');
  expect(second).toContain(
    'FourCC="AACL" SamplingRate="48000" Channels="6" BitsPerSample="16" PacketSize="12" AudioTag="255" CodecPrivateData="11B0',
  );
});
