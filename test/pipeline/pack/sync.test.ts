import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mux, pack } from "../../../src/index.js";
import { ffmpeg, makeClip } from "../../support/clip.js";
import { whitePictures } from "../../support/measure.js";
import { withTimes } from "../../support/smooth-package.js";
import { tempFolder } from "../../support/temp.js";
import { videoStream } from "../../../src/plan/encode-plan.js";

const folder = tempFolder();
const SAMPLE_RATE = 48000;

/** Silence with a loud 1 kHz burst from 1.000 s on. */
const BURST = "aevalsrc='if(gte(t\\,1)\\,0.8*sin(2*PI*1000*t)\\,0)':s=48000";

/** A white picture from then on, for a fifth of a second. */
const FLASH = "drawbox=color=white:t=fill:enable='between(t,0.99,1.19)'";

async function flashAndBurst(name: string): Promise<string> {
  return makeClip(join(folder, name), {
    ...{ seconds: 2.5, audio: BURST, filters: FLASH },
    options: ["-c:a", "pcm_s16le"],
  });
}

test("a flash and a burst of sound at exactly 1 s stand at 1 s in the package, both", async () => {
  const clip = await flashAndBurst("burst.mkv");
  const result = await pack(clip, {
    output: join(folder, "out"),
    rungs: ["160x90:200k"],
    encoderPreset: "ultrafast",
  });
  const heard = await heardSeconds(join(result.folder, "burst_und_128.isma"));
  // The lead-in kept would put the burst at 1.0213 s. AAC spreads an onset over a few ms before it.
  expect(heard).toBeGreaterThan(0.99);
  expect(heard).toBeLessThan(1.005);
  const video = join(
    result.folder,
    videoStream(result.plan)?.rungs[0]?.file ?? "",
  );
  const white = await whitePictures(video);
  expect(white).toEqual([25, 26, 27, 28, 29]);
  // As a client is told: by number from the fragment's time on, which for both begins at 0.
  const seen = (white[0] ?? NaN) / 25;
  expect(Math.abs(seen - heard)).toBeLessThan(0.01);
});

test("of a Smooth package whose index alone says that its sound begins a second later, the burst is heard a second later, and the flash seen when it was", async () => {
  const clip = await flashAndBurst("later.mkv");
  const made = await pack(clip, {
    output: join(folder, "untold"),
    ...{ rungs: ["160x90:200k"], encoderPreset: "ultrafast" },
    layout: "expression-encoder",
  });
  const [video = "", audio = ""] = mediaIn(made.folder);
  writeFileSync(audio, withTimes(audio, { later: 10_000_000n }));
  const muxed = await mux([video, audio], { output: join(folder, "muxed") });
  const [ismv = "", isma = ""] = mediaIn(muxed.folder);
  expect(Math.abs((await heardSeconds(isma)) - 2)).toBeLessThan(0.01);
  expect((await whitePictures(ismv)).slice(0, 5)).toEqual([25, 26, 27, 28, 29]);
});

/** Picture and sound of a package of one rung. */
function mediaIn(place: string): string[] {
  return ["ismv", "isma"].flatMap((extension) =>
    readdirSync(place)
      .filter((name) => name.endsWith(extension))
      .map((name) => join(place, name)),
  );
}

/** When the burst of a file is heard. */
async function heardSeconds(file: string): Promise<number> {
  const pcm = join(folder, "sound.f32");
  await ffmpeg(
    ["-v", "error", "-y", "-i", file, "-ac", "1", "-f", "f32le", pcm],
    pcm,
  );
  return onsetSeconds(readFileSync(pcm));
}

/** When the sound first reaches half of its loudest. */
function onsetSeconds(bytes: Buffer): number {
  const samples = new Float32Array(
    bytes.buffer,
    bytes.byteOffset,
    bytes.length / 4,
  );
  const loudest = samples.reduce(
    (most, sample) => Math.max(most, Math.abs(sample)),
    0,
  );
  return (
    samples.findIndex((sample) => Math.abs(sample) > loudest / 2) / SAMPLE_RATE
  );
}
