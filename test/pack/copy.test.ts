import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack, plan, type PackOptions } from "../../src/index.js";
import { ffmpeg, makeClip, type ClipOptions } from "../support/clip.js";
import { BT709, fragmentLengths, samplesOf } from "../support/copies.js";
import { brightness } from "../support/brightness.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();

/** Each frame in a brightness of its own, far from its neighbours', with noise for the ladder's sake. */
const NUMBERED = "geq=lum='16+mod(N*37,200)':cb=128:cr=128,noise=alls=8:allf=t";

const FAST: Omit<PackOptions, "output"> = {
  rungs: ["320x180:400k", "160x90:60k", "96x54:30k"],
  encoderPreset: "ultrafast",
  verify: "full",
};

async function clipOf(
  name: string,
  { options = [], ...more }: ClipOptions = {},
): Promise<string> {
  return makeClip(join(folder, name), {
    ...{ seconds: 6.2, filters: NUMBERED, ...more },
    options: [...BT709, "-bf", "2", "-ac", "2", ...REGULAR, ...options],
  });
}

/** A key frame every 25 frames and nowhere else. */
const REGULAR = ["-g", "25", "-keyint_min", "25", "-sc_threshold", "0"];

/** Key frames where an editor cut. */
const IRREGULAR = [
  ...["-g", "250", "-keyint_min", "1"],
  ...["-force_key_frames", "0.6,1.4,3.04,3.2,4.52"],
];

const CASES: readonly {
  readonly name: string;
  readonly clip: ClipOptions;
  readonly as?: string;
  /** Of the picture's fragments, in ticks. */
  readonly lengths: readonly number[];
  readonly isListed?: boolean;
}[] = [
  {
    name: "regular key frames",
    clip: {},
    lengths: [20_000_000, 20_000_000, 22_000_000],
  },
  {
    name: "irregular key frames",
    clip: { options: IRREGULAR },
    lengths: [14_000_000, 18_000_000, 13_200_000, 16_800_000],
    isListed: true,
  },
  {
    name: "29.97 frames a second",
    clip: { rate: "30000/1001", options: ["-g", "30", "-keyint_min", "30"] },
    lengths: [20_020_000, 20_020_000, 22_022_000],
  },
  {
    name: "a fragmented file whose picture begins late",
    clip: { options: ["-movflags", "frag_keyframe+empty_moov"] },
    lengths: [20_000_000, 20_000_000, 22_000_000],
  },
  {
    name: "a Matroska file's milliseconds",
    clip: { rate: "24000/1001", options: ["-g", "24", "-keyint_min", "24"] },
    as: "mkv",
    lengths: [20_020_000, 20_020_000, 22_105_417],
  },
];

describe("a source that is copied as the top rung, and its sound", () => {
  test.each(CASES)(
    "with $name",
    async ({ name, clip, as, lengths, isListed }) => {
      const base = name.replaceAll(/\W/g, "-");
      const made = await clipOf(`${base}.${as ?? "mp4"}`, clip);
      const source = as === undefined ? made : await rewrapped(made);
      const result = await pack(source, {
        ...FAST,
        output: join(folder, `out-${base}`),
        copy: ["top", "audio"],
      });
      expect(result.report.findings).toEqual([]);
      const [top, ...lower] = result.plan.video?.rungs ?? [];
      expect(top?.copied).toBeDefined();
      expect(lower.length).toBe(2);
      expect(result.plan.video?.grid.cuts !== undefined).toBe(
        isListed ?? false,
      );

      const inPackage = (file = "") => join(result.folder, file);
      expect(await samplesOf(inPackage(top?.file), "video")).toEqual(
        await samplesOf(source, "video"),
      );
      const sound = await samplesOf(source, "audio");
      const copied = await samplesOf(
        inPackage(result.plan.audio?.file),
        "audio",
      );
      expect(sound.join()).toContain(copied.join());
      // The encoder's lead-in, and what was to be heard before the first picture.
      expect(sound.length - copied.length).toBeLessThan(8);

      expect(fragmentLengths(result.manifest)["video"]).toEqual(lengths);
      const frames = await Promise.all(
        [top, ...lower].map((rung) => brightness(inPackage(rung?.file))),
      );
      const own = await brightness(source);
      for (const found of frames) {
        expect(found.length).toBe(own.length);
        const off = found.map((value, n) => Math.abs(value - (own[n] ?? 0)));
        expect(Math.max(...off)).toBeLessThan(25); // the next one is 30 off
      }
    },
  );
});

/** What many people do with a Matroska file. */
async function rewrapped(mkv: string): Promise<string> {
  const mp4 = mkv.replace(/mkv$/, "mp4");
  return ffmpeg(["-v", "error", "-i", mkv, "-c", "copy", mp4], mp4);
}

describe("a source that cannot be the top rung as it is is refused before any work", () => {
  test.for<{
    readonly name: string;
    readonly clip?: ClipOptions;
    readonly file?: string;
    readonly settings?: Partial<PackOptions>;
    readonly reason: string | RegExp;
  }>([
    {
      name: "open groups of pictures",
      clip: { options: ["-x264-params", "open-gop=1:keyint=25", "-t", "12"] },
      reason: /no key frame between 0\.000 s and .*an open GOP/,
    },
    {
      name: "a variable rate",
      clip: { filters: "select='mod(n,9)'", options: ["-vsync", "vfr"] },
      reason: "variable frame rate, 22.27 on average, made a constant 24",
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
        filters: `${NUMBERED},trim=end=5`,
      },
      reason: "the sound goes on 1.20 s after it",
    },
  ])("$name", async ({ name, clip, file, settings, reason }) => {
    const source = await clipOf(file ?? `${name}.mp4`, {
      filters: "null",
      ...clip,
    });
    const output = join(folder, `never-${name}`);
    const run = pack(source, { ...FAST, output, copy: ["top"], ...settings });
    await expect(run).rejects.toMatchObject({
      code: "input",
      message: (typeof reason === "string"
        ? expect.stringContaining(reason)
        : expect.stringMatching(reason)) as string,
      hint: "Without --copy top it is encoded.",
    });
    expect(existsSync(output)).toBe(false);
  });
});
