import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pack } from "../../src/index.js";
import { ffmpeg, makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const SAMPLE_RATE = 48000;

/** Silence with a loud 1 kHz burst from 1.000 s on. */
const BURST = "aevalsrc='if(gte(t\\,1)\\,0.8*sin(2*PI*1000*t)\\,0)':s=48000";

test("a burst of sound at exactly 1 s stands at 1 s in the package, not an encoder's lead-in later", async () => {
  const clip = await makeClip(join(folder, "burst.mkv"), {
    seconds: 2.5,
    sound: BURST,
    options: ["-c:a", "pcm_s16le"],
  });
  const result = await pack(clip, {
    output: join(folder, "out"),
    rungs: ["160x90:60k"],
    encoderPreset: "ultrafast",
  });
  const pcm = join(folder, "sound.f32");
  await ffmpeg(
    [
      "-v",
      "error",
      "-y",
      "-i",
      join(result.folder, "burst_und_128.isma"),
      "-ac",
      "1",
      "-f",
      "f32le",
      pcm,
    ],
    pcm,
  );
  // The lead-in kept would put the burst at 1.0213 s. AAC spreads an onset over a few ms before it.
  expect(onsetSeconds(readFileSync(pcm))).toBeGreaterThan(0.99);
  expect(onsetSeconds(readFileSync(pcm))).toBeLessThan(1.005);
});

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
