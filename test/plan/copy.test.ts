import { describe, expect, test } from "vitest";
import type { FrameRange } from "../../src/media/fragment-length.js";
import type { CopyFacts, CopyVideo } from "../../src/plan/copyable.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import type { SourceAudio, SourceInfo } from "../../src/probe/source-info.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";
import { audioStreams, videoStream } from "../../src/plan/encode-plan.js";

const VIDEO: CopyVideo = {
  trackId: 3,
  begin: 0,
  filmFrames: 250,
  frameCount: 250,
  cuts: [0, 50, 100, 150, 200],
  bitrate: 6_100_000,
  maxBitrate: 9_000_000,
  profile: "high",
  level: "4.0",
};

const FILM = source({ video: sourceVideo(), audio: sourceAudio() });

interface Wishes extends PlanSettings {
  readonly film?: SourceInfo;
}

function planOf(
  changes: Partial<CopyVideo> = {},
  { film = FILM, ...settings }: Wishes = {},
) {
  const facts: CopyFacts = {
    begin: 0,
    video: { ...VIDEO, ...changes },
    audio: [{ trackId: 4, channels: 2, sampleRate: 44_100, bitrate: 160_000 }],
  };
  const all: PlanSettings = { copy: ["video"], ...settings };
  return makePlan(film, LADDER, all, { toneMap: true }, facts);
}

describe("a copied picture", () => {
  test("takes the place of the highest rung, with its own figures and file name", () => {
    const { notes, skipped, ...plan } = planOf();
    const video = videoStream(plan);
    expect(video?.rungs[0]).toEqual({
      ...{ kind: "video", codec: "h264", name: "1080p" },
      ...{ file: "holiday_6100.ismv", width: 1920, height: 1080 },
      ...{ bitrate: 6_100_000, maxBitrate: 9_000_000, bufferSize: 9_000_000 },
      ...{ profile: "high", level: "4.0", filters: [] },
      copied: { trackId: 3, zero: 0 },
    });
    expect(video?.rungs.map(({ name }) => name)).toEqual([
      ...["1080p", "720p", "480p"],
    ]);
    expect({ notes, skipped }).toEqual({ notes: [], skipped: [] });
  });

  test("gives all rungs its key frames", () => {
    const frameRate = { num: 25, den: 1 };
    expect(videoStream(planOf())?.grid).toEqual({ frameRate, gopFrames: 50 });
    const cuts = [0, 30, 110, 200];
    expect(videoStream(planOf({ cuts }))?.grid).toEqual({
      ...{ frameRate, gopFrames: 90, cuts },
    });
    expect(planOf({ cuts }).estimate.fragments).toBe(4);
  });

  test("needs no room on the disk but the package's", () => {
    // 6.1 + 2.8 + 1.3 + 0.128 Mbit/s for ten seconds; all but the first are encoded too.
    const { bytes, diskBytes } = planOf().estimate;
    expect({ bytes, diskBytes }).toEqual({
      ...{ bytes: 12_910_000, diskBytes: 12_910_000 + 5_285_000 },
    });
  });

  test("leaves no rungs below it that have as many bits", () => {
    const { skipped, ...plan } = planOf({ bitrate: 2_000_000 });
    const video = videoStream(plan);
    expect(video?.rungs.map(({ name }) => name)).toEqual(["1080p", "480p"]);
    expect(skipped).toEqual([
      {
        name: "720p",
        reason:
          "its 2800 kbit/s are not below the 2000 kbit/s of the source's own picture",
      },
    ]);
  });

  test("is said to be too much for lines and boxes", () => {
    expect(planOf({ bitrate: 40e6, level: "5.1" }).notes).toEqual([
      "1080p: the source's 40000 kbit/s are far above the 7500 kbit/s at most of the ladder; players on usual lines will never choose it",
      "1080p: the source's H.264 level 5.1 is above the ladder's 4.0; old boxes may refuse it",
    ]);
  });

  test("begins at 0 however late it was, with the sound", () => {
    const film = source({
      video: sourceVideo({ startSeconds: 0.08 }),
      audio: sourceAudio(),
    });
    const { notes, ...plan } = planOf(
      { begin: 800_000 },
      { film, copy: ["video", "audio"] },
    );
    expect(videoStream(plan)?.rungs[0]?.copied?.zero).toBe(800_000);
    expect(videoStream(plan)?.filters[0]).toBe("setpts=PTS-0.080000/TB");
    expect(audioStreams(plan)[0]?.rungs[0]).toMatchObject({
      ...{ file: "holiday_eng_160.isma", sampleRate: 44_100 },
      copied: { trackId: 4, zero: 800_000 },
    });
    expect(notes).toEqual([
      "the 0.080 s of sound before the first picture are left out",
    ]);
  });
});

describe("a part of a copied picture", () => {
  const part = (
    frames: FrameRange,
    settings: PlanSettings,
    changes: Partial<CopyVideo> = {},
  ) => planOf({ ...{ frames, frameCount: 100 }, ...changes }, settings);

  test("lies between key frames of the source, which notes tell, and all moves with it", () => {
    const plan = part({ from: 100, to: 200 }, { start: 5, end: 7.04 });
    expect(videoStream(plan)?.frames).toEqual({ from: 100, to: 200 });
    expect(plan).toMatchObject({ startSeconds: 4, durationSeconds: 4 });
    const [rung] = audioStreams(plan)[0]?.rungs ?? [];
    expect(rung?.filters).toContain("asetpts=PTS-4.000000/TB");
    expect(plan.notes).toEqual([
      "only 4 s to 8 s of the film's 0:10 are packaged",
      "--copy video: the part begins at 4 s, with a key frame of the source, not at 5 s",
      "--copy video: the part ends at 8 s, before a key frame of the source, not at 7.04 s",
    ]);
  });

  test("goes on to the film's end when no key frame follows", () => {
    const plan = part({ from: 150 }, { start: 6, end: 9.5 }, { cuts: [0, 50] });
    expect(videoStream(plan)?.frames).toEqual({ from: 150 });
    expect(plan.durationSeconds).toBe(4);
    expect(plan.notes).toEqual([
      "only 6 s to 10 s of the film's 0:10 are packaged",
      "--copy video: the part ends at 10 s, with the film, not at 9.5 s",
    ]);
  });

  test("of a film that is shorter by its header is refused all the same", () => {
    expect(() =>
      part({ from: 100, to: 200 }, { start: 4 }, { filmFrames: 251 }),
    ).toThrow("its 251 frames last 10.040 s, by the file's header 10.000 s");
  });

  test("is none that the film does not have", () => {
    expect(() => part({ from: 200 }, { start: 10 })).toThrow(
      "--start is 10. Expected less than the film's 0:10.",
    );
  });
});

const refusals: readonly [string, () => unknown, string][] = [
  [
    "one that begins much later than the sound",
    () =>
      planOf(
        {},
        { film: source({ video: sourceVideo({ startSeconds: 0.5 }) }) },
      ),
    "it begins 0.50 s late. Expected at most 0.1 s",
  ],
  [
    "one that begins hardly more than a tenth of a second late",
    () =>
      planOf(
        {},
        { film: source({ video: sourceVideo({ startSeconds: 0.11 }) }) },
      ),
    "it begins 0.11 s late. Expected at most 0.1 s",
  ],
  [
    "one of more frames than its header tells",
    () => planOf({ filmFrames: 251, frameCount: 251 }),
    "its 251 frames last 10.040 s, by the file's header 10.000 s",
  ],
  [
    "one that is to be enlarged",
    () =>
      planOf(
        {},
        {
          film: source({ video: sourceVideo({ width: 1280, height: 720 }) }),
          allowUpscale: true,
        },
      ),
    "it is 1280x720, the highest rung (1080p) 1920x1080",
  ],
  [
    "one in full range",
    () =>
      planOf({}, { film: source({ video: sourceVideo({ fullRange: true }) }) }),
    "it is full-range. Expected video range",
  ],
  [
    "one whose key frames are more than ffmpeg can be told",
    () => {
      const cuts = Array.from({ length: 13_001 }, (_, i) => 50 * i + (i % 2));
      const frameCount = 13_001 * 50;
      const durationSeconds = frameCount / 25;
      const film = source({ video: sourceVideo({ durationSeconds }) });
      return planOf({ cuts, frameCount, filmFrames: frameCount }, { film });
    },
    "its 13001 fragments are not equally long, and ffmpeg can be told 13000 times. --fragment makes longer ones",
  ],
];

test.for(refusals)("%s is refused", ([, run, reason]) => {
  expect(run).toThrow(
    `/films/holiday.mp4: --copy video cannot take its picture as it is: ${reason}`,
  );
});

test("nothing is copied of a file that only others can read", () => {
  const film = { ...source({ video: sourceVideo() }), container: "mpegts" };
  expect(() => makePlan(film, LADDER, { copy: ["video"] })).toThrow(
    "its container is mpegts. Expected MP4 or MOV",
  );
});

describe("Dolby sound of a container whose tables are not read", () => {
  const dolby = sourceAudio({
    ...{ codec: "eac3", channels: 6, bitrate: 448_000, startSeconds: 0.25 },
  });
  const film = (audio: SourceAudio): SourceInfo => ({
    ...source({ video: sourceVideo(), audio }),
    container: "matroska,webm",
  });
  const made = (audio: SourceAudio) =>
    makePlan(film(audio), LADDER, { copy: ["audio"] });

  test("is a stream behind AAC that ffmpeg takes out", () => {
    const plan = made(dolby);
    const [stereo, own] = audioStreams(plan);
    expect(stereo?.rungs[0]).toMatchObject({ codec: "aac", channels: 2 });
    expect(own).toMatchObject({ name: "audio_eng_2", streamIndex: 1 });
    expect(own?.rungs).toEqual([
      {
        ...{ kind: "audio", codec: "eac3", name: "audio eng 2" },
        ...{ file: "holiday_eng_448.isma", channels: 6, sampleRate: 48_000 },
        ...{ bitrate: 448_000, filters: [] },
        copied: { zero: 0, begin: 2_500_000 },
      },
    ]);
  });

  test("leaves AAC beside it to be encoded, and says so", () => {
    const german = sourceAudio({ index: 2, language: "deu" });
    const { streams, ...rest } = film(dolby);
    const both = { ...rest, streams: [...streams, german] };
    const plan = makePlan(both, LADDER, { copy: ["audio"] });
    expect(
      audioStreams(plan).map(({ name, rungs }) => [name, rungs[0]?.codec]),
    ).toEqual([
      ["audio_eng", "aac"],
      ["audio_eng_2", "eac3"],
      ["audio_deu", "aac"],
    ]);
    expect(plan.notes).toContain(
      "the sound deu is encoded: --copy audio takes AAC from MP4 and MOV alone",
    );
  });

  test("leaves --audio-bitrate to the stereo beside it", () => {
    const settings: PlanSettings = { copy: ["audio"], audioBitrate: "96k" };
    const [stereo, own] = audioStreams(makePlan(film(dolby), LADDER, settings));
    expect(stereo?.rungs[0]?.bitrate).toBe(96_000);
    expect(own?.rungs[0]?.bitrate).toBe(448_000);
    expect(() => planOf({}, settings)).toThrow(
      '--audio-bitrate is "96k". Expected none, for --copy audio takes all sound as it is.',
    );
  });

  test.for([
    { why: "no bitrate", change: { bitrate: undefined }, words: "no bitrate" },
    { why: "several streams", change: { joined: [1, 2] }, words: "2 streams" },
    {
      why: "AAC alone",
      change: { codec: "aac", channels: 2 },
      words: "Expected MP4 or MOV",
    },
  ])("is refused with $why", ({ change, words }) => {
    expect(() => made({ ...dolby, ...change } as SourceAudio)).toThrow(words);
  });
});
