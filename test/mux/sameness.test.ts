import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  childBox,
  numberField,
  numbersField,
} from "../../src/isobmff/parsed-box.js";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { fixture, writeFixturePackage } from "../support/fixtures.js";
import { tempFolder } from "../support/temp.js";

const written = await writeFixturePackage(tempFolder());

/** Samples of a written file, in order, cut out by what each moof says. */
function samplesOf(file: string): { hashes: string[]; durations: number[] } {
  const bytes = readFileSync(join(written.folder, file));
  const hashes: string[] = [];
  const durations: number[] = [];
  for (const moof of parseBoxes(bytes).filter((box) => box.type === "moof")) {
    const traf = childBox(moof, "traf");
    const trun = traf && childBox(traf, "trun");
    let position =
      moof.start + (trun ? numberField(trun, "data_offset") : Number.NaN);
    for (const size of numbersField(trun, "sample_size")) {
      hashes.push(sha1(bytes.subarray(position, position + size)));
      position += size;
    }
    durations.push(...numbersField(trun, "sample_duration"));
  }
  return { hashes, durations };
}

/** Samples of an encoded fixture, by its own tables. */
async function encodedSamples(name: string): Promise<string[]> {
  const path = fixture(name);
  const bytes = readFileSync(path);
  const [track] = await readMovie(path);
  if (track === undefined) throw new Error(`${name} has no track`);
  const { offset, size, count } = track.samples;
  return Array.from({ length: count }, (_, i) => {
    const begin = offset[i] ?? 0;
    return sha1(bytes.subarray(begin, begin + (size[i] ?? 0)));
  });
}

describe("nothing is lost, doubled or changed on the way into the package", () => {
  test.each([
    ["clip_60.ismv", "video-0.mp4"],
    ["clip_25.ismv", "video-1.mp4"],
  ])("%s holds every picture of %s", async (file, source) => {
    expect(samplesOf(file).hashes).toEqual(await encodedSamples(source));
  });

  test("sound loses the encoder's lead-in frame and what lies beyond the picture, nothing else", async () => {
    const encoded = await encodedSamples("audio.mp4");
    const { hashes } = samplesOf("clip_eng_48.isma");
    // 5.12 s are 240 frames of 1024 samples at 48 kHz; one lead-in frame before them
    expect(hashes).toEqual(encoded.slice(1, 241));
  });

  test("sound and picture end at the same tick", () => {
    const sum = (file: string) =>
      samplesOf(file).durations.reduce((a, b) => a + b, 0);
    expect(sum("clip_60.ismv")).toBe(51_200_000);
    expect(sum("clip_eng_48.isma")).toBe(51_200_000);
  });
});

function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}
