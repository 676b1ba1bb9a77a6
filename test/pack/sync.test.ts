import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pack } from "../../src/index.js";
import { ffmpeg, makeClip } from "../support/clip.js";
import { whitePictures } from "../support/measure.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const SAMPLE_RATE = 48000;

/** Silence with a loud 1 kHz burst from 1.000 s on. */
const BURST = "aevalsrc='if(gte(t\\,1)\\,0.8*sin(2*PI*1000*t)\\,0)':s=48000";

/** A white picture from then on, for a fifth of a second. */
const FLASH = "drawbox=color=white:t=fill:enable='between(t,0.99,1.19)'";

test("a flash and a burst of sound at exactly 1 s stand at 1 s in the package, both", async () => {
  const clip = await makeClip(join(folder, "burst.mkv"), {
    ...{ seconds: 2.5, sound: BURST, filters: FLASH },
    options: ["-c:a", "pcm_s16le"],
  });
  const result = await pack(clip, {
    output: join(folder, "out"),
    rungs: ["160x90:200k"],
    encoderPreset: "ultrafast",
  });
  const pcm = join(folder, "sound.f32");
  const file = join(result.folder, "burst_und_128.isma");
  await ffmpeg(
    ["-v", "error", "-y", "-i", file, "-ac", "1", "-f", "f32le", pcm],
    pcm,
  );
  // The lead-in kept would put the burst at 1.0213 s. AAC spreads an onset over a few ms before it.
  const heard = onsetSeconds(readFileSync(pcm));
  expect(heard).toBeGreaterThan(0.99);
  expect(heard).toBeLessThan(1.005);
  const picture = join(result.folder, result.plan.video?.rungs[0]?.file ?? "");
  const white = await whitePictures(picture);
  expect(white).toEqual([25, 26, 27, 28, 29]);
  // As a client is told: by number from the fragment's time on, which for both begins at 0.
  const seen = (white[0] ?? NaN) / 25;
  expect(Math.abs(seen - heard)).toBeLessThan(0.01);
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
