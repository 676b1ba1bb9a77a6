import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allRungs,
  videoStream,
  requiredEncoders,
} from "../../src/plan/encode-plan.js";
import { describeGrid, makePlan } from "../../src/plan/plan.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";

const FILM = source({ video: sourceVideo(), audio: sourceAudio() });

describe("the plan of a plain film", () => {
  const plan = makePlan(FILM, LADDER);

  test("has a file for each rung, named after film and bitrate", () => {
    expect(allRungs(plan).map(({ name, file }) => `${name}: ${file}`)).toEqual([
      "1080p: holiday_5000.ismv",
      "720p: holiday_2800.ismv",
      "480p: holiday_1300.ismv",
      "audio eng: holiday_eng_128.isma",
    ]);
  });

  test("gives each rung the rates, the buffer, the profile and the level of its preset", () => {
    expect(videoStream(plan)?.rungs[0]).toEqual({
      kind: "video",
      codec: "h264",
      name: "1080p",
      file: "holiday_5000.ismv",
      width: 1920,
      height: 1080,
      bitrate: 5_000_000,
      maxBitrate: 7_500_000,
      bufferSize: 10_000_000, // two seconds of the average
      profile: "high",
      level: "4.0",
      filters: ["format=yuv420p", "setsar=1"],
    });
  });

  test("cuts all rungs on one grid", () => {
    expect(videoStream(plan)?.grid).toEqual({
      frameRate: { num: 25, den: 1 },
      gopFrames: 50,
    });
    expect(plan.gopSeconds).toBe(2);
  });

  test("counts fragments and bytes before any is made", () => {
    // (5000 + 2800 + 1300 + 128) kbit/s x 10 s / 8, and twice that while working
    expect(plan.estimate).toEqual({
      fragments: 5,
      bytes: 11_535_000,
      diskBytes: 23_070_000,
    });
  });

  test("has nothing to add", () => {
    expect(plan.notes).toEqual([]);
    expect(plan.skipped).toEqual([]);
  });
});

describe("a plan", () => {
  test("takes the user's settings", () => {
    const plan = makePlan(FILM, LADDER, {
      name: "The Holiday",
      rungs: ["720p:3000k"],
      gopSeconds: 4,
      twoPass: true,
      reproducible: true,
    });
    expect(allRungs(plan).map((rung) => rung.file)).toEqual([
      "The Holiday_3000.ismv",
      "The Holiday_eng_128.isma",
    ]);
    expect(videoStream(plan)).toMatchObject({
      twoPass: true,
      reproducible: true,
      grid: { gopFrames: 100 },
    });
  });

  test("of sound alone has no picture and the length of the sound", () => {
    const audio = sourceAudio({ startSeconds: 0.5, durationSeconds: 8 });
    const plan = makePlan(source({ audio }), LADDER);
    expect(plan.streams.map(({ kind }) => kind)).toEqual(["audio"]);
    expect(plan.durationSeconds).toBe(8.5);
    expect(plan.estimate).toEqual({
      fragments: 5, // 0, 2, 4, 6 and 8 s
      bytes: 136_000,
      diskBytes: 272_000,
    });
  });

  test("of a picture alone has no sound", () => {
    const plan = makePlan(source({ video: sourceVideo() }), LADDER);
    expect(plan.streams.map(({ kind }) => kind)).toEqual(["video"]);
    expect(plan.notes).toEqual(["no audio: the package has video alone"]);
  });

  test("of a late picture lasts until its end", () => {
    const video = sourceVideo({ startSeconds: 1, durationSeconds: 9 });
    const plan = makePlan(source({ video, audio: sourceAudio() }), LADDER);
    expect(plan.durationSeconds).toBe(10);
  });

  test("believes the frames' own times, but not those of fields", () => {
    const frameTiming = {
      usualRate: { num: 50, den: 1 },
      irregularShare: 0,
    };
    const rates = (["progressive", "interlaced"] as const).map((scan) => {
      const video = sourceVideo({ scan, frameTiming });
      return videoStream(makePlan(source({ video }), LADDER))?.grid.frameRate
        .num;
    });
    expect(rates).toEqual([50, 25]);
  });

  test("of a film with a short tail knows where no key frame may stand", () => {
    const video = sourceVideo({ durationSeconds: 10.3 });
    const plan = makePlan(source({ video }), LADDER);
    expect(videoStream(plan)?.grid).toMatchObject({
      gopFrames: 50,
      joined: 250,
    });
    const longer = sourceAudio({ durationSeconds: 10.7 });
    const held = makePlan(source({ video, audio: longer }), LADDER);
    expect(videoStream(held)?.grid).not.toHaveProperty("joined");
  });

  test("of a slide show cuts as often as that of a film", () => {
    const slow = { num: 1, den: 60 };
    const rates = { nominalRate: slow, averageRate: slow };
    const video = sourceVideo({ ...rates, durationSeconds: 600 });
    const plan = makePlan(source({ video }), LADDER);
    expect(plan.estimate.fragments).toBe(300);
  });

  test("refuses HDR where it cannot be tone-mapped", () => {
    const hdr = source({ video: sourceVideo({ colorTransfer: "smpte2084" }) });
    expect(() => makePlan(hdr, LADDER, {}, { toneMap: false })).toThrow("HDR");
    expect(makePlan(hdr, LADDER, {}, { toneMap: true }).notes).toContain(
      "HDR picture (smpte2084) tone-mapped to BT.709",
    );
  });

  test("is the same for the same facts, is plain data, and leaves its input alone", () => {
    const side = fc.integer({ min: 16, max: 4096 });
    const facts = fc.record({
      width: side,
      height: side,
      scan: fc.constantFrom("progressive", "interlaced", "telecined"),
      fullRange: fc.boolean(),
      startSeconds: fc.double({ min: 0, max: 5, noNaN: true }),
      durationSeconds: fc.double({ min: 0.01, max: 9000, noNaN: true }),
    });
    fc.assert(
      fc.property(facts, fc.boolean(), (changes, allowUpscale) => {
        const film = source({
          video: sourceVideo(changes),
          audio: sourceAudio(),
        });
        const before = structuredClone(film);
        const plan = makePlan(film, LADDER, { allowUpscale });
        expect(makePlan(film, LADDER, { allowUpscale })).toStrictEqual(plan);
        expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
        expect(film).toStrictEqual(before);
      }),
    );
  });

  test("never gives two rungs one file", () => {
    const rungs = ["720p:2800k", "480p:2800400"];
    const files = videoStream(makePlan(FILM, LADDER, { rungs }))?.rungs.map(
      (rung) => rung.file,
    );
    expect(files).toEqual(["holiday_2810.ismv", "holiday_2800.ismv"]);
  });
});

describe("the name of a package", () => {
  test("is the source's without its last extension", () => {
    const film = { ...FILM, path: "/films/my.film & more.2024.mkv" };
    expect(makePlan(film, LADDER).name).toBe("my.film & more.2024");
  });

  test.for(["", ".", "..", "a/b", "../a", "a\\b", "a\nb", "a\0"])(
    "cannot be %j: it would lead out of the folder",
    (name) => {
      expect(() => makePlan(FILM, LADDER, { name })).toThrow(
        expect.objectContaining({
          code: "usage",
          message: `The package's name is ${JSON.stringify(name)}. Expected a file name without slashes or control characters.`,
        }),
      );
    },
  );
});

test("people read the grid as a rate and a distance", () => {
  const frameRate = { num: 30_000, den: 1001 };
  expect(describeGrid({ frameRate, gopFrames: 60 })).toBe(
    "29.97 fps, a key frame every 60 frames (2.002 s)",
  );
});

test("a plan needs the encoders of what it does not copy", () => {
  const plan = makePlan(FILM, LADDER);
  expect(requiredEncoders(plan)).toEqual(["libx264", "aac"]);
  const copied = { trackId: 1, zero: 0 };
  const streams = plan.streams.map((stream) =>
    stream.kind === "audio"
      ? { ...stream, rungs: stream.rungs.map((rung) => ({ ...rung, copied })) }
      : stream,
  );
  expect(requiredEncoders({ streams })).toEqual(["libx264"]);
  expect(
    requiredEncoders(makePlan(source({ audio: sourceAudio() }), LADDER)),
  ).toEqual(["aac"]);
});
