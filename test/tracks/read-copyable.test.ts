import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { box, editBoxes } from "../../src/isobmff/box.js";
import { u32 } from "../../src/isobmff/bytes.js";
import { probe } from "../../src/probe/probe.js";
import type {
  SourceAudio,
  SourceInfo,
  SourceVideo,
} from "../../src/probe/source-info.js";
import { readCopyable } from "../../src/tracks/read-copyable.js";
import { ffmpeg } from "../support/clip.js";
import { copyableClip } from "../support/copies.js";
import { tools } from "../support/programs.js";
import { parts } from "../support/sources.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await copyableClip(join(folder, "clip.mp4"), { seconds: 3 });
const source = await probe(clip, await tools());

const RATE = { num: 25, den: 1 };
const read = (of: SourceInfo) => readCopyable(of, RATE, 1);

function changed(
  video: Partial<SourceVideo>,
  audio: Partial<SourceAudio> = {},
): SourceInfo {
  const streams = source.streams.map((stream) => ({
    ...stream,
    ...(stream.kind === "video" ? video : audio),
  })) as SourceInfo["streams"];
  return { ...source, streams };
}

test("tells of a picture where it can be cut, and what it takes", async () => {
  expect(await read(source)).toEqual({
    begin: 0,
    video: {
      ...{
        trackId: 1,
        begin: 0,
        filmFrames: 75,
        frameCount: 75,
        cuts: [0, 25, 50],
      },
      ...{
        profile: "main",
        level: expect.stringMatching(/^1\.[0-3]$/) as string,
      },
      bitrate: expect.any(Number) as number,
      maxBitrate: expect.any(Number) as number,
    },
    audio: [
      {
        ...{ trackId: 2, channels: 2, sampleRate: 48_000 },
        bitrate: expect.any(Number) as number,
      },
    ],
  });
});

test.for<[string, SourceInfo, object]>([
  [
    "a picture that ffmpeg shows at another time",
    changed({ startSeconds: 0.04 }),
    {
      video: {
        reason:
          "by its tables it begins at 0.000 s, by ffprobe at 0.040 s. Expected the same",
      },
    },
  ],
  [
    "a sound that ffmpeg plays at another time",
    changed({}, { startSeconds: -0.021 }),
    {
      audio: [
        {
          reason:
            "by its tables it begins at 0.000 s, by ffprobe at -0.021 s. Expected the same",
        },
      ],
    },
  ],
  [
    "a size that its stream has not",
    changed({ height: 176 }),
    {
      video: {
        reason:
          "its size is told as 320x180, 320x180, 320x176. Expected one size",
      },
    },
  ],
  [
    "HE-AAC in disguise",
    changed({}, { sampleRate: 96_000 }),
    {
      audio: [
        {
          reason:
            "its configuration says 2 channels at 48000 Hz, its frames 2 at 96000 Hz. Expected the same",
        },
      ],
    },
  ],
  [
    "another codec than ffprobe sees",
    changed({ codec: "hevc" }),
    { video: { reason: "track 1: is avc1. Expected hevc" } },
  ],
  [
    "more streams than tracks",
    {
      ...source,
      ignored: [{ index: 2, type: "video", codec: "png", reason: "second" }],
    },
    {
      video: {
        reason:
          "the file has 1 video tracks, ffprobe sees 2. Expected the same number",
      },
    },
  ],
])("%s is a reason against it", async ([, of, facts]) => {
  expect(await read(of)).toMatchObject(facts);
});

test("of several sounds the chosen one is meant, and a cover is no picture", async () => {
  const path = join(folder, "two.mp4");
  await ffmpeg(
    [
      ...[
        "-v",
        "error",
        "-i",
        clip,
        "-map",
        "0:a",
        "-map",
        "0:v",
        "-map",
        "0:a",
      ],
      ...["-c", "copy", "-disposition:a:0", "0", "-disposition:a:1", "default"],
      path,
    ],
    path,
  );
  const of = await probe(path, await tools());
  expect(parts(of).audio?.index).toBe(2);
  const cover = { index: 3, type: "video", codec: "png", reason: "cover art" };
  expect(await read({ ...of, ignored: [...of.ignored, cover] })).toMatchObject({
    video: { trackId: 2 },
    audio: [{ trackId: 3 }],
  });
});

test("a picture of which a clean aperture shows a part is told, not taken whole", async () => {
  const path = join(folder, "clap.mp4");
  const aperture = u32(300, 1, 170, 1, 0, 1, 0, 1);
  const clap = {
    append: ({ type }: { readonly type: string }) =>
      type === "avc1" ? [box("clap", aperture)] : [],
  };
  // Its moov stands at the end: no sample moves.
  writeFileSync(path, editBoxes(readFileSync(clip), clap));
  expect(await read({ ...source, path })).toMatchObject({
    video: { reason: expect.stringContaining("300x170") as string },
  });
});

test("what is no MP4, or not a whole one, is an answer too", async () => {
  const path = join(folder, "broken.mp4");
  const reasons = async () => {
    const { video, audio } = await read({ ...source, path });
    return [video, audio[0]].map((facts) => facts && "reason" in facts);
  };
  writeFileSync(path, "This is no film.\n");
  expect(await reasons()).toEqual([true, true]);
  await copyFile(clip, path);
  truncateSync(path, 50_000);
  expect(await reasons()).toEqual([true, true]);
});
