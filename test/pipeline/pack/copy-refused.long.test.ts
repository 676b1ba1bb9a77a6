import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack, type PackOptions } from "../../../src/index.js";
import { turned } from "../../corpus/make/bytes.js";
import { ffmpeg, type ClipOptions } from "../../support/clip.js";
import { copyableClip } from "../../support/copies.js";
import { patchFile, payloadOf } from "../../support/patch.js";
import { tools } from "../../support/programs.js";
import { tempFolder } from "../../support/temp.js";

const folder = tempFolder();

const LADDER: Omit<PackOptions, "output"> = {
  rungs: ["320x180:400k", "160x90:60k"],
  encoderPreset: "ultrafast",
  tools: await tools(),
};

/** So that all its I pictures are called key frames. */
async function throughTransportStream(path: string): Promise<void> {
  for (const [from, to] of [
    [path, `${path}.ts`],
    [`${path}.ts`, path],
  ] as const)
    await ffmpeg(["-v", "error", "-y", "-i", from, "-c", "copy", to], to);
}

/** In a tkhd's payload: how lines go down. ISO/IEC 14496-12 8.3.2 */
const MATRIX_D = 56;

describe("a source that cannot be the top rung as it is is refused before any work", () => {
  test.concurrent.for<{
    readonly name: string;
    readonly clip?: ClipOptions;
    readonly file?: string;
    readonly change?: (path: string) => unknown;
    readonly settings?: Partial<PackOptions>;
    readonly reason: string | RegExp;
  }>([
    {
      name: "open groups of pictures",
      clip: {
        seconds: 12,
        options: ["-x264-params", "open-gop=1:keyint=25"],
      },
      change: throughTransportStream,
      reason:
        /no key frame between 0\.000 s and .*frame 26 \(1\.000 s\): first picture is NAL unit type 1, expected 5 \(IDR\)\.$/,
    },
    {
      name: "a variable rate",
      clip: { filters: "select='mod(n,9)'", options: ["-vsync", "vfr"] },
      reason: /variable frame rate, 2\d.*, made a constant/,
    },
    {
      name: "one frame held",
      clip: { filters: "select='not(eq(n,60))'", options: ["-vsync", "vfr"] },
      reason: "track 1: frame 61 is shown at 2.440 s. Expected 2.400 s",
    },
    {
      name: "interlaced pictures",
      clip: { options: ["-x264-params", "tff=1"] },
      reason: "it is interlaced. Expected a progressive one",
    },
    {
      name: "pictures coded as if they were fields",
      clip: { options: ["-x264-params", "fake-interlaced=1"] },
      reason: /may be fields|interlaced/,
    },
    {
      name: "4:2:2",
      clip: { options: ["-pix_fmt", "yuv422p"] },
      reason: "its pixels are yuv422p. Expected yuv420p (8 bits, 4:2:0)",
    },
    {
      name: "oblong pixels",
      clip: { options: ["-aspect", "4:3"] },
      reason: "its pixels are 3:4. Expected square ones",
    },
    {
      name: "colours that nobody tells",
      clip: { options: ["-bsf:v", "h264_metadata=matrix_coefficients=2"] },
      reason: "which for 320x180 are those of BT.601. Expected BT.709",
    },
    {
      name: "MPEG-4",
      clip: { options: ["-c:v", "mpeg4"] },
      reason: "it is mpeg4. Expected H.264",
    },
    {
      name: "a picture that is turned",
      change: (path) => turned(path, 90),
      reason: "it is to be turned by 90 degrees. Expected an upright one",
    },
    {
      name: "a picture that is mirrored",
      change: (path) =>
        patchFile(path, (bytes) =>
          bytes.writeInt32BE(-65536, payloadOf(bytes, "tkhd") + MATRIX_D),
        ),
      reason:
        /turned, mirrored or scaled \(matrix 65536, 0, 0, -65536\)|turned by/,
    },
    {
      name: "Matroska",
      clip: {},
      file: "film.mkv",
      reason: "its container is matroska,webm. Expected MP4 or MOV",
    },
    {
      name: "a size above the ladder",
      settings: { rungs: ["160x90:60k"] },
      reason:
        "it is 320x180, the highest rung (160x90) 160x90. Expected the same size",
    },
    {
      name: "sound that goes on",
      clip: {
        filters: `trim=end=5`,
      },
      reason: "the sound goes on 1.20 s after it",
    },
  ])("$name", async ({ name, clip, file, change, settings, reason }) => {
    const path = join(folder, file ?? `${name.replaceAll(":", "")}.mp4`);
    const source = await copyableClip(path, clip);
    await change?.(source);
    const output = join(folder, `never-${name}`);
    const run = pack(source, {
      ...LADDER,
      output,
      copy: ["video"],
      ...settings,
    });
    await expect(run).rejects.toMatchObject({
      code: "input",
      message: (typeof reason === "string"
        ? expect.stringContaining(reason)
        : expect.stringMatching(reason)) as string,
      hint: "Without --copy video it is encoded.",
    });
    expect(existsSync(output)).toBe(false);
  });
});

describe("sound that cannot be taken as it is is refused before any work", () => {
  test.concurrent.for<{
    readonly name: string;
    readonly options: readonly string[];
    readonly settings?: Partial<PackOptions>;
    readonly reason: string;
  }>([
    {
      name: "MP3",
      options: ["-c:a", "libmp3lame"],
      reason: "it is mp3. Expected AAC-LC",
    },
    {
      name: "one channel",
      options: ["-ac", "1"],
      reason: "it has 1 channels. Expected 2; --audio-channels asks for others",
    },
  ])("$name", async ({ name, options, settings, reason }) => {
    const clip = await copyableClip(join(folder, `${name}.mp4`), {
      seconds: 1,
      options,
    });
    const output = join(folder, `never-${name}`);
    const run = pack(clip, { ...LADDER, output, copy: ["audio"], ...settings });
    await expect(run).rejects.toMatchObject({
      code: "input",
      message: `${clip}: --copy audio cannot take its sound as it is: ${reason}.`,
    });
    expect(existsSync(output)).toBe(false);
  });
});

test.for<[string, Partial<PackOptions>]>([
  [
    "--salvage is given, and --copy video",
    { copy: ["top" as "video"], salvage: true },
  ],
  ["--audio-bitrate is", { copy: ["audio"], audioBitrate: "96k" }],
  ['--copy is "all"', { copy: ["all" as "video"] }],
])("%s: refused", async ([words, options]) => {
  const clip = await copyableClip(join(folder, "usage.mp4"), { seconds: 1 });
  const output = join(folder, "never");
  const run = pack(clip, { ...LADDER, output, ...options });
  await expect(run).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(words) as string,
  });
});
