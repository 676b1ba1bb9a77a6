import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack, type PackOptions } from "../../../src/index.js";
import {
  audioStreams,
  textStreams,
  videoStream,
} from "../../../src/plan/encode-plan.js";
import type { ClipOptions } from "../../support/clip.js";
import { copyableClip, samplesOf } from "../../support/copies.js";
import {
  firstBeep,
  keyPictures,
  whitePictures,
} from "../../support/measure.js";
import { tools } from "../../support/programs.js";
import { test } from "../../support/scratch-folder.js";
import { syncPictures } from "../../support/sync-pictures.js";

const FAST: Omit<PackOptions, "output"> = {
  rungs: ["320x180:400k", "160x90:60k"],
  ...{ encoderPreset: "ultrafast", verify: "full", copy: ["video"] },
};

const FLASH = 7;
const WHITE = "drawbox=color=white:t=fill:enable=";

/** A film of 14.2 s in grey with a flash and a burst at 7 s. */
async function makeFilm(path: string, clip: ClipOptions): Promise<string> {
  const end = FLASH + 0.3;
  return copyableClip(path, {
    seconds: 14.2,
    ...clip,
    audio: `aevalsrc='if(between(t\\,${FLASH}\\,${end})\\,0.8*sin(2*PI*1000*t)\\,0)':s=48000`,
    filters: `lutyuv=y=val/2,${WHITE}'between(t,${FLASH - 0.01},${FLASH + 0.19})'`,
  });
}

const SRT = `1
00:00:07,000 --> 00:00:07,300
flash
`;

const CUE = /<p [^>]*begin="00:00:([^"]+)" end="[^"]+">flash/;

interface Case {
  readonly name: string;
  readonly clip: ClipOptions;
  readonly settings: Partial<PackOptions>;
  /** Key frames of the source, by their numbers. */
  readonly frames: { readonly from: number; readonly to?: number };
  readonly fragments: number;
}

const CASES: readonly Case[] = [
  {
    name: "from a key frame to a key frame that no fragment of the whole film has",
    clip: {},
    settings: { start: 3.3, end: 9.7 },
    frames: { from: 75, to: 250 },
    fragments: 4,
  },
  {
    name: "to the end of the film",
    clip: { options: ["-g", "100", "-keyint_min", "1"] },
    settings: { start: 4.5 },
    frames: { from: 100 },
    fragments: 3,
  },
  {
    name: "of irregular key frames, from the film's begin",
    clip: {
      options: [
        ...["-g", "250", "-keyint_min", "1"],
        ...["-force_key_frames", "1.4,3.04,3.2,4.52,6,8.2"],
      ],
    },
    settings: { duration: 7.5 },
    frames: { from: 0, to: 205 },
    fragments: 5,
  },
  {
    name: "of 29.97 frames a second, exactly from one of its key frames",
    clip: { rate: "30000/1001", options: ["-g", "30", "-keyint_min", "30"] },
    settings: { start: 90.09 / 30, end: 10 },
    frames: { from: 90, to: 300 },
    fragments: 4,
  },
  {
    name: "of a fragmented file whose picture begins late",
    clip: { options: ["-movflags", "frag_keyframe+empty_moov"] },
    settings: { start: 5.9, duration: 3 },
    frames: { from: 125, to: 225 },
    fragments: 2,
  },
];

describe("a part of a film whose picture is copied", () => {
  test.for(CASES)(
    "$name",
    async ({ clip, settings, frames, fragments }, { scratch }) => {
      const source = await makeFilm(join(scratch, "film.mp4"), clip);
      const captions = join(scratch, "film.srt");
      writeFileSync(captions, SRT);
      const result = await pack(source, {
        captions: [`${captions}=eng`],
        ...{ ...FAST, ...settings, output: join(scratch, "out") },
        tools: await tools(),
      });
      expect(result.report.findings).toEqual([]);
      const { plan, folder } = result;
      expect(videoStream(plan)?.frames).toEqual(frames);
      const [top = "", low = ""] = (videoStream(plan)?.rungs ?? []).map(
        ({ file }) => join(folder, file),
      );
      const sound = join(folder, audioStreams(plan)[0]?.rungs[0]?.file ?? "");

      // The bytes of the source, and as many frames in the other rung.
      const { from, to } = frames;
      const own = (await samplesOf(source, "video")).slice(from, to);
      expect(await samplesOf(top, "video")).toEqual(own);
      expect(await samplesOf(low, "video")).toHaveLength(own.length);
      const keys = (await keyPictures(source))
        .filter((key) => key >= from && key < (to ?? Infinity))
        .map((key) => key - from);
      expect(syncPictures(top)).toEqual(keys);
      const cuts = await keyPictures(low);
      expect(cuts).toHaveLength(fragments);
      expect(keys).toEqual(expect.arrayContaining(cuts));
      expect(result.report.tracks.map((track) => track.fragments)).toEqual(
        Array(4).fill(fragments),
      );

      // Flash, burst and caption, where the source has them.
      const white = (await whitePictures(source)).map((key) => key - from);
      expect(white.length).toBeGreaterThan(3);
      expect(await whitePictures(top)).toEqual(white);
      expect(await whitePictures(low)).toEqual(white);
      const rate = own.length / plan.durationSeconds;
      const heard = (await firstBeep(sound)).from;
      expect(Math.abs(heard - (white[0] ?? NaN) / rate)).toBeLessThan(0.04);
      const text = textStreams(plan)[0]?.rungs[0].file ?? "";
      const cue = readFileSync(join(folder, text), "latin1");
      const [, begin] = CUE.exec(cue) ?? [];
      const { startSeconds = 0 } = plan;
      // Counted from the begin of its fragment.
      const off = cuts.map(
        (cut) => cut / rate + Number(begin) - (FLASH - startSeconds),
      );
      expect(Math.min(...off.map(Math.abs))).toBeLessThan(0.05);
    },
  );
});
