import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EncodedRung } from "../../src/encode/index.js";
import type { TrackFile } from "../../src/media/presentation.js";
import type { TrackFileOptions } from "../../src/mux/track-file.js";
import { cutRungs } from "../../src/mux/cut-rungs.js";
import { STAMP_FORM } from "../../src/output/stamp.js";
import { FORMATS } from "../../src/pipeline/formats.js";
import type { EncodePlan } from "../../src/plan/encode-plan.js";
import { makePlan } from "../../src/plan/plan.js";
import { checkPreset } from "../../src/plan/read-preset.js";
import type { SourceInfo } from "../../src/probe/source-info.js";

/** Encoded rungs that lie in the repository: muxer and manifests are tested on the same bytes everywhere. */
const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** A file of test/fixtures. */
export function fixture(name: string): string {
  return join(FIXTURES, name);
}

const SOURCE: SourceInfo = {
  path: "/films/clip.mp4",
  sizeBytes: 1_000_000,
  container: "mov,mp4,m4a,3gp,3g2,mj2",
  durationSeconds: 5.12,
  streams: [
    {
      kind: "video",
      index: 0,
      codec: "h264",
      width: 320,
      height: 180,
      rotation: 0,
      sampleAspectRatio: { num: 1, den: 1 },
      nominalRate: { num: 25, den: 1 },
      averageRate: { num: 25, den: 1 },
      pixelFormat: "yuv420p",
      scan: "progressive",
      colorMatrix: "bt709",
      colorTransfer: "bt709",
      colorPrimaries: "bt709",
      fullRange: false,
      startSeconds: 0,
      durationSeconds: 5.12,
    },
    {
      kind: "audio",
      index: 1,
      codec: "aac",
      channels: 2,
      sampleRate: 48000,
      language: "eng",
      startSeconds: 0,
      durationSeconds: 5.12,
    },
  ],
  ignored: [],
};

const PRESET = checkPreset(
  {
    rungs: [
      {
        name: "180p",
        width: 320,
        height: 180,
        profile: "main",
        bitrate: "60k",
      },
      { name: "90p", width: 160, height: 90, profile: "main", bitrate: "25k" },
    ],
    audio: { bitrate: "48k" },
  },
  "fixture",
);

/** The plan that the fixtures were encoded by (test/fixtures/README.md). */
export function fixturePlan(name = "clip"): EncodePlan {
  return makePlan(SOURCE, PRESET, { name });
}

export function fixtureEncoded(plan: EncodePlan): EncodedRung[] {
  return plan.streams.flatMap((stream) =>
    stream.rungs.map((rung, i) => ({
      ...{ stream, rung },
      pieces: [
        fixture(stream.kind === "video" ? `video-${i}.mp4` : "audio.mp4"),
      ],
    })),
  );
}

const STAMP = {
  version: "1.2.3",
  form: STAMP_FORM,
  source: "5".repeat(64),
  settings: "7".repeat(64),
  lost: [],
};

export interface WrittenPackage {
  readonly folder: string;
  readonly name: string;
  readonly ism: string;
  readonly tracks: readonly TrackFile[];
}

/** Muxes the fixtures into a package in a new folder below `parent`. */
export async function writeFixturePackage(
  parent: string,
  name = "clip",
  options: TrackFileOptions = {},
): Promise<WrittenPackage> {
  const folder = join(parent, `package-${(count += 1)}`);
  mkdirSync(folder);
  const plan = fixturePlan(name);
  const planned = await cutRungs(plan, fixtureEncoded(plan), folder);
  const tracks = await FORMATS.smooth.tracks(planned, options);
  await FORMATS.smooth.manifests({ name, tracks, stamp: STAMP }, folder);
  return { folder, name, ism: join(folder, `${name}.ism`), tracks };
}

let count = 0;
