import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mux, pack, verify } from "../../src/index.js";
import { written } from "../corpus/make/media.js";
import { bursting, flashing } from "../corpus/make/sources.js";
import { brightness } from "../support/brightness.js";
import { run, tools } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const film = (extension: string) => join(folder, `film.${extension}`);

const FLASH = 1;
const GERMAN_BURST = 2;

/** English E-AC-3 5.1 with a burst at the flash; German AC-3, later begun and sooner ended, with a burst of its own. */
async function made(path: string): Promise<void> {
  await written(
    ...["-f", "lavfi", "-t", "4"],
    ...["-i", flashing({}, [FLASH, FLASH + 0.1])],
    ...["-f", "lavfi", "-t", "4"],
    ...["-i", `${bursting(FLASH)},aformat=channel_layouts=5.1`],
    ...["-itsoffset", "0.5", "-f", "lavfi", "-t", "3"],
    ...["-i", bursting(GERMAN_BURST - 0.5)],
    ...["-map", "0", "-map", "1", "-map", "2"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-qp", "16", "-g", "50"],
    ...["-bf", "0", "-pix_fmt", "yuv420p"],
    ...["-c:a:0", "eac3", "-c:a:1", "ac3"],
    ...["-metadata:s:a:0", "language=eng"],
    ...["-metadata:s:a:1", "language=deu"],
  )(path);
}

beforeAll(async () => {
  for (const extension of ["mp4", "mkv", "ts"]) await made(film(extension));
});

async function packed(name: string, extension: string, options = {}) {
  const output = join(folder, name);
  const result = await pack(film(extension), {
    ...{ output, name, copy: ["audio"], preset: "smooth-480p" },
    ...{ verify: "full", ...options },
  });
  const sounds = result.plan.streams.filter(({ kind }) => kind === "audio");
  return { output, result, sounds };
}

/** When a sound is first heard, in seconds. */
async function heardAt(path: string): Promise<number> {
  const { ffmpeg } = await tools();
  const { stderr } = await run(ffmpeg.path, [
    ...["-hide_banner", "-i", path],
    ...["-af", "silencedetect=n=-30dB:d=0.3", "-f", "null", "-"],
  ]);
  return Number(/silence_end: ([\d.]+)/.exec(stderr)?.[1]);
}

describe("--copy audio with Dolby sound", () => {
  test.for(["mp4", "mkv", "ts"])(
    "keeps it behind AAC stereo of its language, to the time, from %s",
    async (extension) => {
      const { output, sounds } = await packed(extension, extension);
      const streams = sounds.map(({ name, language, rungs: [rung] }) => [
        ...[name, language, rung.codec],
      ]);
      expect(streams).toEqual([
        ["audio_eng", "eng", "aac"],
        ["audio_eng_2", "eng", "eac3"],
        ["audio_deu", "deu", "aac"],
        ["audio_deu_2", "deu", "ac3"],
      ]);
      const heard: number[] = [];
      for (const { rungs } of sounds)
        heard.push(await heardAt(join(output, rungs[0].file)));
      const expected = [FLASH, FLASH, GERMAN_BURST, GERMAN_BURST];
      expected.forEach((at, i) => {
        // Matroska counts milliseconds.
        expect(Math.abs((heard[i] ?? 0) - at)).toBeLessThan(0.0015);
      });
      const client = readFileSync(join(output, `${extension}.ismc`), "utf8");
      expect(client).toMatch(/FourCC="EC-3" .* Channels="6"/);
      expect(client).toMatch(/FourCC="AC-3" .* Channels="2"/);
    },
  );

  test("leaves the flash where the burst is", async () => {
    const { output, result } = await packed("flash", "ts", {
      ...{ audio: "eng", twoPass: true },
    });
    const [video] = result.plan.streams;
    const file = video?.rungs.at(0)?.file ?? "";
    const frames = await brightness(join(output, file));
    expect(frames.findIndex((frame) => frame > 200)).toBe(FLASH * 25);
  });

  test("copies each frame byte for byte", async () => {
    const { output, sounds } = await packed("bytes", "ts", { audio: "eng" });
    const { ffmpeg } = await tools();
    const frames = async (path: string, map: string) => {
      const { stdout } = await run(ffmpeg.path, [
        ...["-v", "error", "-i", path, "-map", map, "-c", "copy"],
        ...["-f", "eac3", "-"],
      ]);
      return stdout;
    };
    const own = await frames(film("ts"), "0:a:0");
    const file = sounds[1]?.rungs[0].file ?? "";
    const copied = await frames(join(output, file), "0:a");
    expect(copied.length).toBeGreaterThan(200_000);
    expect(own.includes(copied)).toBe(true);
  });
});

test("--ec3-codec-data none leaves the decoder's data out, which verify accepts", async () => {
  const output = join(folder, "none");
  const { output: some, result } = await packed("some", "mp4");
  const inputs = result.plan.streams
    .slice(0, 3)
    .flatMap(({ rungs: [{ file }] }) => join(some, file));
  await mux(inputs, { output, name: "none", ec3CodecData: "none" });
  const client = readFileSync(join(output, "none.ismc"), "utf8");
  expect(client).toMatch(/FourCC="EC-3" .* CodecPrivateData=""/);
  expect(client).toMatch(/FourCC="AACL" .* CodecPrivateData="1190/);
  const { findings } = await verify(join(output, "none.ism"));
  expect(findings).toEqual([]);
  await expect(
    mux(inputs, { output, name: "other", ec3CodecData: "some" as never }),
  ).rejects.toMatchObject({ code: "usage" });
});
