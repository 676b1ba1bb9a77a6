import { describe, expect, test } from "vitest";
import type { CopyFacts } from "../../src/plan/copyable.js";
import { allRungs, audioStreams } from "../../src/plan/encode-plan.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import type { SourceAudio } from "../../src/probe/source-info.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";

function planOf(audio: SourceAudio, settings: PlanSettings = {}) {
  const film = source({ video: sourceVideo(), audio });
  const { notes, ...plan } = makePlan(film, LADDER, settings);
  const [stream] = audioStreams(plan);
  return { stream, rung: stream?.rungs[0], notes };
}

describe("mono streams that are one sound", () => {
  const stereo = sourceAudio({ joined: [1, 2], language: "und" });

  test("are joined, and the plan tells it", () => {
    const { stream, notes } = planOf(stereo);
    expect(stream?.joined?.streams).toEqual([1, 2]);
    expect(notes).toContain(
      "sound: the mono streams 1+2 are the channels of one, stereo, for nothing tells them apart (--audio 1 takes one)",
    );
  });

  test("are no guess where the user has said so", () => {
    expect(planOf(stereo, { audio: "1+2" }).notes).toContain(
      "sound: the mono streams 1+2 are the channels of one, stereo",
    );
  });

  test("are 5.1 when they are six", () => {
    const six = sourceAudio({ joined: [1, 2, 3, 4, 5, 6], channels: 6 });
    const film = source({ video: sourceVideo(), audio: six });
    const plan = makePlan(film, LADDER, { audioChannels: 6 });
    const [stereo, surround] = audioStreams(plan);
    expect(stereo?.rungs[0]).toMatchObject({ channels: 2 });
    expect(surround?.rungs[0]).toMatchObject({ channels: 6 });
    expect(surround?.joined?.filter).toBe(
      "join=inputs=6:channel_layout=5.1:map=0.0-FL|1.0-FR|2.0-FC|3.0-LFE|4.0-BL|5.0-BR",
    );
    expect(planOf(six).notes).toContain("sound: 6 channels mixed down to 2");
  });

  test("cannot be copied as one track", () => {
    expect(() => planOf(stereo, { copy: ["audio"] })).toThrow(
      "it is 2 streams. Expected one",
    );
  });

  test("all last as long as the longest of them, also without a picture", () => {
    const alone = source({ audio: stereo });
    const [audio] = audioStreams(makePlan(alone, LADDER, {}));
    expect(audio?.rungs[0]?.filters.at(-1)).toBe("apad=whole_len=480000");
  });
});

describe("5.1", () => {
  const made = (
    audio: SourceAudio,
    preset = LADDER,
    audioChannels?: number,
  ) => {
    const film = source({ video: sourceVideo(), audio });
    const plan = makePlan(film, preset, { audioChannels });
    const shapes = audioStreams(plan).map(({ name, rungs }) => [
      ...[name, rungs[0]?.channels, rungs[0]?.file],
    ]);
    return { shapes, notes: plan.notes, plan };
  };
  const BOTH = [
    ["audio_eng", 2, "holiday_eng_128.isma"],
    ["audio_eng_2", 6, "holiday_eng_384.isma"],
  ];

  test.for([
    [6, "5.1(side)"],
    [6, undefined],
    [8, "7.1"],
  ] as const)(
    "of %i channels, %s, is made behind stereo",
    ([channels, layout]) => {
      const audio = sourceAudio({ channels, ...(layout && { layout }) });
      const { shapes, notes, plan } = made(audio, LADDER, 6);
      expect(shapes).toEqual(BOTH);
      expect(audioStreams(plan)[1]?.rungs[0]?.filters).toContain(
        "aformat=channel_layouts=5.1",
      );
      const folded = "sound: 8 channels are folded to 5.1";
      expect(notes.includes(folded)).toBe(channels === 8);
    },
  );

  test("is what a preset may ask for", () => {
    const audio = { ...LADDER.audio, surround: true };
    const preset = { ...LADDER, audio };
    expect(made(sourceAudio({ channels: 6 }), preset).shapes).toEqual(BOTH);
  });

  test.for([
    [2, "stereo"],
    [6, "hexagonal"],
  ] as const)(
    "is not made of %i channels, %s, and the plan says so",
    ([channels, layout]) => {
      const { shapes, notes } = made(
        sourceAudio({ channels, layout }),
        LADDER,
        6,
      );
      expect(shapes).toEqual([["audio", 2, "holiday_eng_128.isma"]]);
      expect(notes).toContain(
        `sound: it has no 5.1, and none is made of its ${channels} channels`,
      );
    },
  );

  test("is copied where the source has it, and the stereo made of it", () => {
    const audio = sourceAudio({ channels: 6 });
    const copied = {
      trackId: 7,
      channels: 6,
      sampleRate: 48_000,
      bitrate: 99_000,
    };
    const settings: PlanSettings = { copy: ["audio"], audioChannels: 6 };
    const facts = { begin: 0, audio: [copied] };
    const plan = makePlan(
      source({ audio }),
      LADDER,
      settings,
      undefined,
      facts,
    );
    expect(allRungs(plan).map((rung) => rung.copied?.trackId)).toEqual([
      undefined,
      7,
    ]);
  });
});

test("a language that the file tells is not overruled, and the plan says so", () => {
  expect(planOf(sourceAudio(), { language: "de" }).notes).toContain(
    "sound: it is marked as eng, --language de is not used",
  );
  expect(planOf(sourceAudio(), { language: "en" }).notes).toEqual([]);
});

test("mono sound is planned in both channels as loud as it is", () => {
  const { rung } = planOf(sourceAudio({ channels: 1, layout: "mono" }));
  expect(rung).toMatchObject({ channels: 2 });
  expect(rung?.filters).toContain("pan=stereo|FL<FL+FC|FR<FR+FC");
});

test("several sounds are streams of their own, with names and files of their own", () => {
  const audio = [
    ...[sourceAudio(), sourceAudio({ index: 2, durationSeconds: 12 })],
    sourceAudio({ index: 3, language: "deu", codec: "ac3" }),
  ];
  const plan = makePlan(source({ video: sourceVideo(), audio }), LADDER);
  expect(
    audioStreams(plan).map(({ name, streamIndex, rungs }) => [
      ...[name, streamIndex, rungs[0]?.file],
    ]),
  ).toEqual([
    ["audio_eng", 1, "holiday_eng_128.isma"],
    ["audio_eng_2", 2, "holiday_eng_128_2.isma"],
    ["audio_deu", 3, "holiday_deu_128.isma"],
  ]);
  expect(plan.durationSeconds).toBe(12);
  expect(plan.notes).toEqual([
    ...["sound goes on 2.00 s after the picture: its last frame is held"],
    "sound eng (stream 1) ends 2.00 s before the others: filled with silence",
    "sound deu (stream 3) ends 2.00 s before the others: filled with silence",
    "audio_eng, audio_eng_2 are of one language: rx-player shows them alike, Kodi may show one of them",
  ]);
  const rungs = LADDER.rungs.reduce((sum, { bitrate }) => sum + bitrate, 0);
  expect(plan.estimate.bytes).toBe(((rungs + 3 * 128_000) * 12) / 8);
});

test("of several sounds each is copied, or the one is named that cannot be", () => {
  const audio = [sourceAudio(), sourceAudio({ index: 2, language: "deu" })];
  const copied = (trackId: number, bitrate: number) => ({
    ...{ trackId, bitrate, channels: 2, sampleRate: 48_000 },
  });
  const planWith = (facts: CopyFacts["audio"]) =>
    makePlan(source({ audio }), LADDER, { copy: ["audio"] }, undefined, {
      ...{ begin: 0, audio: facts },
    });
  const plan = planWith([copied(7, 90_000), copied(9, 110_000)]);
  expect(
    allRungs(plan).map(({ file, copied }) => [file, copied?.trackId]),
  ).toEqual([
    ["holiday_eng_90.isma", 7],
    ["holiday_deu_110.isma", 9],
  ]);
  expect(() => planWith([copied(7, 90_000), { reason: "it is odd" }])).toThrow(
    "it is odd",
  );
});
