import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pack, plan, type PackOptions } from "../../../src/index.js";
import { ffmpeg, type ClipOptions } from "../../support/clip.js";
import {
  copyableClip,
  fragmentLengths,
  samplesOf,
} from "../../support/copies.js";
import { brightness } from "../../support/brightness.js";
import { bundledProgram } from "../../../src/ffmpeg/bundled.js";
import { keyPictures } from "../../support/measure.js";
import { syncPictures } from "../../support/sync-pictures.js";
import { patchFile } from "../../support/patch.js";
import { tools } from "../../support/programs.js";
import { tempFolder } from "../../support/temp.js";
import { audioStreams, videoStream } from "../../../src/plan/encode-plan.js";

const folder = tempFolder();

const FAST: Omit<PackOptions, "output"> = {
  rungs: ["320x180:400k", "160x90:60k", "96x54:30k"],
  encoderPreset: "ultrafast",
  verify: "full",
};

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
  test.concurrent.each(CASES)(
    "with $name",
    async ({ name, clip, as, lengths, isListed }) => {
      const base = name.replaceAll(/\W/g, "-");
      const made = await copyableClip(
        join(folder, `${base}.${as ?? "mp4"}`),
        clip,
      );
      const source = as === undefined ? made : await rewrapped(made);
      const result = await pack(source, {
        ...FAST,
        output: join(folder, `out-${base}`),
        tools: await tools(),
        copy: ["video", "audio"],
      });
      expect(result.report.findings).toEqual([]);
      const [top, ...lower] = videoStream(result.plan)?.rungs ?? [];
      expect(top?.copied).toBeDefined();
      expect(lower.length).toBe(2);
      expect(videoStream(result.plan)?.grid.cuts !== undefined).toBe(
        isListed ?? false,
      );

      const inPackage = (file = "") => join(result.folder, file);
      expect(await samplesOf(inPackage(top?.file), "video")).toEqual(
        await samplesOf(source, "video"),
      );
      // Those inside a fragment too; what is encoded has none there.
      expect(syncPictures(inPackage(top?.file))).toEqual(
        await keyPictures(source),
      );
      for (const rung of lower)
        expect(await keyPictures(inPackage(rung.file))).toHaveLength(
          lengths.length,
        );
      const audio = await samplesOf(source, "audio");
      const copied = await samplesOf(
        inPackage(audioStreams(result.plan)[0]?.rungs[0]?.file),
        "audio",
      );
      expect(audio.join()).toContain(copied.join());
      // The encoder's lead-in, and what was to be heard before the first picture.
      expect(audio.length - copied.length).toBeLessThan(8);

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

test("a source that is its own only rung is decoded all the same: damage in it is found", async () => {
  const clip = await copyableClip(join(folder, "damaged.mp4"));
  const options: PackOptions = {
    ...{ ...FAST, output: join(folder, "out-damaged") },
    ...{ rungs: ["320x180:400k"], copy: ["video", "audio"] },
  };
  const { plan } = await pack(clip, options);
  expect(videoStream(plan)?.rungs.map(({ copied }) => copied?.trackId)).toEqual(
    [1],
  );
  patchFile(clip, (bytes) => {
    const video = bytes.indexOf("mdat", 0, "latin1") + 4 + 200_000;
    bytes.fill(0xff, video, video + 20_000);
  });
  await expect(
    pack(clip, { ...options, overwrite: true }),
  ).rejects.toMatchObject({
    code: "input",
    message: expect.stringContaining("is damaged") as string,
  });
});

test("sound alone is copied beside a picture that is encoded, and as late as it was", async () => {
  const early = await copyableClip(join(folder, "early.mp4"), { seconds: 3 });
  const late = join(folder, "late.mp4");
  await ffmpeg(
    [
      ...["-v", "error", "-i", early, "-itsoffset", "0.5", "-i", early],
      ...["-map", "0:v", "-map", "1:a", "-c", "copy", "-t", "3", late],
    ],
    late,
  );
  const result = await pack(late, {
    ...{ ...FAST, output: join(folder, "out-late"), copy: ["audio"] },
  });
  expect(result.report.findings).toEqual([]);
  expect(videoStream(result.plan)?.rungs.every(({ copied }) => !copied)).toBe(
    true,
  );
  const inPackage = await samplesOf(
    join(result.folder, audioStreams(result.plan)[0]?.rungs[0]?.file ?? ""),
    "audio",
  );
  const own = await samplesOf(late, "audio");
  // Half a second of silence, but for the lead-in of a frame that is shown here.
  expect(inPackage.slice(0, 22)).toEqual(Array(22).fill(inPackage[0]));
  expect(own.join()).toContain(inPackage.slice(22).join());
});

test("the bundled ffmpeg cuts the other rungs at listed key frames too", async () => {
  const ffmpegPath = await bundledProgram("ffmpeg");
  const ffprobePath = await bundledProgram("ffprobe");
  const clip = await copyableClip(join(folder, "bundled.mp4"), {
    options: IRREGULAR,
  });
  const { report } = await pack(clip, {
    ...{
      ...FAST,
      output: join(folder, "out-bundled"),
      copy: ["video", "audio"],
    },
    ...{ ffmpegPath, ffprobePath },
  });
  expect(report.findings).toEqual([]);
  expect(report.tracks.map(({ fragments }) => fragments)).toEqual([4, 4, 4, 4]);
});

describe("plan", () => {
  test("says what could be copied, and what that saves", async () => {
    const clip = await copyableClip(join(folder, "planned.mp4"));
    const { notes, copyable } = await plan(clip, FAST);
    expect(copyable).toEqual(["video", "audio"]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^--copy video would keep the source's own 320x180 \(\d+ kbit\/s, fragments of 2 s\) and save encoding 1 of 3 rungs, 75 % of the pixels$/,
      ),
      expect.stringMatching(
        /^--copy audio would keep the source's own sound \(\d+ kbit\/s\)$/,
      ),
    ]);
    const { copyable: left } = await plan(clip, { ...FAST, copy: ["video"] });
    expect(left).toEqual(["audio"]);
  });

  test("says nothing of what could not be copied", async () => {
    const mkv = await copyableClip(join(folder, "planned.mkv"));
    const { notes, copyable } = await plan(mkv, FAST);
    expect({ notes, copyable }).toEqual({ notes: [], copyable: [] });
  });
});

describe("a package with a copied rung", () => {
  const options: PackOptions = {
    ...{ ...FAST, verify: "quick", output: join(folder, "out-same") },
    copy: ["video"],
  };

  test("is known again by --skip-existing, and is no other without the copy", async () => {
    const clip = await copyableClip(join(folder, "same.mp4"), { seconds: 2 });
    expect((await pack(clip, options)).skipped).toBe(false);
    const again = await pack(clip, { ...options, skipExisting: true });
    expect(again.skipped).toBe(true);
    await expect(
      pack(clip, { ...options, copy: ["video", "audio"], skipExisting: true }),
    ).rejects.toMatchObject({ code: "exists" });
  });

  test("is gone on with by --resume, without encoding anew", async () => {
    const clip = await copyableClip(join(folder, "kept.mp4"), { seconds: 2 });
    const resumed = { ...options, resume: true };
    const stop = new AbortController();
    const stopped = pack(clip, {
      ...resumed,
      signal: stop.signal,
      onProgress: ({ step }) => {
        if (step === "mux") stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    const steps = new Set<string>();
    const { report } = await pack(clip, {
      ...resumed,
      onProgress: ({ step }) => steps.add(step),
    });
    expect(report.findings).toEqual([]);
    expect([...steps]).toEqual(["mux", "verify"]);
  });
});
