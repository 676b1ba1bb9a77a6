import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import {
  audienceOf,
  combined,
  nginx,
  ours,
  type Asked,
} from "../support/access-log.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { test } from "../support/scratch-folder.js";

/** Fragments of two seconds of a stream, in seconds of the film, fetched in one go. */
function fetched(
  stream: string,
  from: number,
  until: number,
  asked: Partial<Asked> = {},
): Asked[] {
  const bitrate = stream.startsWith("text") ? 1000 : 128_000;
  return Array.from({ length: (until - from) / 2 }, (_, i) => ({
    ...{ second: 0, stream, bitrate, at: from + i * 2 },
    ...asked,
  }));
}

const picture = (until: number, asked: Partial<Asked> = {}) =>
  fetched("video", 0, until, { bitrate: 1_000_000, ...asked });

/** Ten seconds loaded; then German is chosen at four, and captions are switched on. */
const SWITCHED = [
  ...picture(10),
  ...fetched("audio_eng", 0, 10),
  ...fetched("audio_deu", 4, 10, { second: 4 }),
  ...fetched("text_deu", 6, 10, { second: 6 }),
];

async function filmOf(asked: readonly Asked[], write = ours) {
  const { packages } = await audienceOf(asked.map(write));
  expect(packages).toHaveLength(1);
  return packages[0] as AudienceReport["packages"][number];
}

describe("the command tells", () => {
  test("each language and each caption stream of real lines, in all its forms", async ({
    scratch,
  }) => {
    const log = join(scratch, "access.log");
    const lines = SWITCHED.flatMap((asked) => [
      ours(asked),
      combined({ ...asked, client: "192.0.2.9" }),
    ]);
    // Tools that take all captions at once watch nothing.
    const vtt = ours({ second: 9 }).replace(
      /QualityLevels[^"]*/,
      "text_deu.vtt",
    );
    writeFileSync(log, `${[...lines, vtt].join("\n")}\n`);
    const { stdout } = await mssPack(["report", log]);
    expect(stdout).toMatch(/^ {2}Sound +German 60.0 %, English 40.0 %$/m);
    expect(stdout).toMatch(/^ {2}Captions +German 40.0 %$/m);
    expect(stdout).toMatch(/^ {2}audio_deu German +60.0 % +0:12 /m);
    expect(stdout).toMatch(/^ {2}text_deu German +40.0 % +0:08 /m);
    expect(stdout).toMatch(/^ {2}without captions +60.0 % +0:12 /m);
    const [json] = jsonLines((await mssPack(["report", log, "--json"])).stdout);
    expect(json).toMatchObject({
      all: {
        ...{ playbacks: 2, secondsWatched: 20 },
        audioLanguages: [
          { language: "deu", seconds: 12, share: 0.6 },
          { language: "eng", seconds: 8, share: 0.4 },
        ],
      },
      packages: [
        {
          captionStreams: [
            { stream: "text_deu", language: "deu", seconds: 8, share: 0.4 },
            { stream: null, language: null, seconds: 12, share: 0.6 },
          ],
        },
      ],
    });
    const csv = await mssPack(["report", log, "--csv"]);
    expect(csv.stdout).toMatch(/,audio_languages,caption_languages\r\n/);
    expect(csv.stdout).toMatch(/,deu=12 eng=8,deu=8\r\n$/);
  });
});

describe("a moment of the film has the sound", () => {
  test("that was fetched last for it, whatever was fetched ahead", async () => {
    const film = await filmOf(SWITCHED);
    expect(film.audioStreams).toMatchObject([
      { stream: "audio_deu", seconds: 6 },
      { stream: "audio_eng", seconds: 4 },
    ]);
    expect(film.secondsWatched).toBe(10);
  });

  test("of which the fragments begin a little beside those of the picture", async () => {
    const beside = fetched("audio_eng", 0, 10).map((asked, i) => ({
      ...asked,
      at: (asked.at ?? 0) + (i % 2 === 0 ? 0.011 : -0.011),
      ...(i === 0 ? { at: 0.4, duration: 1.6 } : {}),
      ...(i === 4 ? { duration: 0.2 } : {}),
    }));
    const film = await filmOf([...picture(10), ...beside]);
    expect(film.audioStreams).toMatchObject([
      { stream: "audio_eng", share: 1 },
    ]);
  });

  test("of which the fragments are longer than those of the picture", async () => {
    const long = [0, 8].map((at) => ({
      ...{ second: 0, stream: "audio_eng", bitrate: 1, at, duration: 8 },
    }));
    const film = await filmOf([...picture(14), ...long]);
    expect(film.audioLanguages).toMatchObject([{ language: "eng", share: 1 }]);
  });

  test("or none, when the player fetched none there", async () => {
    const film = await filmOf([...picture(10), ...fetched("audio_eng", 4, 6)]);
    expect(film.audioLanguages).toMatchObject([
      { language: "eng", seconds: 2 },
      { language: null, seconds: 8 },
    ]);
  });
});

describe("a language is", () => {
  test.each([
    ["what the package tells", { stream: "audio", language: "fra" }, "fra"],
    ["what the name tells", { stream: "audio_eng_2" }, "eng"],
    ["not known without both", { stream: "audio" }, "und"],
    ["not a word that looks like one", { stream: "audio_aac" }, "und"],
    ["und, where the name says so", { stream: "audio_und" }, "und"],
  ])("%s", async (_, { stream, ...asked }, language) => {
    const film = await filmOf([...picture(4), ...fetched(stream, 0, 4, asked)]);
    expect(film.audioStreams).toEqual([
      { stream, language, seconds: 4, share: 1 },
    ]);
  });

  test("of all streams that have it, in the whole; streams stay apart in their film", async () => {
    const { all, packages } = await audienceOf(
      [
        ...picture(8),
        ...fetched("audio_eng", 0, 4),
        ...fetched("audio_eng_2", 4, 8),
        ...picture(4, { film: "otter" }),
        ...fetched("audio", 0, 4, { film: "otter", language: "eng" }),
      ].map(ours),
    );
    expect(all.audioLanguages).toEqual([
      { language: "eng", seconds: 12, share: 1 },
    ]);
    expect(packages[0]?.audioStreams).toHaveLength(2);
  });
});

describe("captions", () => {
  test("alone are no playback, and make no viewer, stall or peak", async () => {
    const { all, packages } = await audienceOf(
      fetched("text_deu", 0, 10, { playback: "a", stalled: true }).map(ours),
    );
    expect(all).toMatchObject({
      ...{ viewers: 0, playbacks: 0, peak: null, stallsTold: 0 },
      ...{ secondsWatched: 0, captionLanguages: [] },
    });
    expect(packages).toMatchObject([{ requests: 5, captionStreams: [] }]);
  });

  test.each([ours, nginx, combined])(
    "that go on when they are switched off are counted no longer (%#)",
    async (write) => {
      const film = await filmOf(
        [...picture(20), ...fetched("text_deu", 0, 8)],
        write,
      );
      expect(film.captionLanguages).toMatchObject([
        { language: "deu", seconds: 8 },
        { language: null, seconds: 12 },
      ]);
    },
  );
});

describe("sound that plays alone", () => {
  test("is counted once when two languages lie over another on other grids", async () => {
    // E-AC-3 has other frames than AAC, so its fragments begin elsewhere.
    const dolby = fetched("audio_eng_2", 4, 10, {
      second: 5,
      bitrate: 384_000,
    });
    const film = await filmOf([
      ...fetched("audio_eng", 0, 10),
      ...dolby.map((asked) => ({ ...asked, at: (asked.at ?? 0) + 0.016 })),
    ]);
    expect(film).toMatchObject({
      ...{ secondsWatched: 10, switchesUp: 0, switchesDown: 0 },
      audioStreams: [
        { stream: "audio_eng_2", seconds: 6 },
        { stream: "audio_eng", seconds: 4 },
      ],
    });
  });
});
