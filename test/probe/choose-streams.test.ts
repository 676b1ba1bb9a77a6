import { describe, expect, test } from "vitest";
import type {
  FfprobeReport,
  FfprobeStream,
} from "../../src/probe/ask-ffprobe.js";
import { audioIn, type SourceInfo } from "../../src/probe/source-info.js";
import {
  streamChoice,
  type StreamSettings,
} from "../../src/probe/stream-choice.js";
import { describeSource } from "../../src/probe/streams.js";
import { parts } from "../support/sources.js";
import { AAC, H264, reportOf } from "./reports.js";

function describeReport(
  report: FfprobeReport,
  settings: StreamSettings = {},
): SourceInfo {
  return describeSource(report, "/films/a.mov", 1000, streamChoice(settings));
}

function chosen(...streams: FfprobeStream[]) {
  const { video, audio } = parts(describeReport(reportOf(...streams)));
  return { video: video?.index, audio: audio?.joined ?? audio?.index };
}

/** A stream with these dispositions and no others. */
function marked(stream: FfprobeStream, ...names: string[]): FfprobeStream {
  return {
    ...stream,
    disposition: Object.fromEntries(names.map((n) => [n, 1])),
  };
}

const FILM = { ...H264, nb_frames: "240" };
const THUMBNAIL = {
  ...{ ...H264, index: 5, codec_name: "mjpeg", width: 4000, height: 3000 },
  ...{ nb_frames: "1", duration: "1.000000" },
};

describe("the picture is the stream that is a film", () => {
  test.for([
    { why: "a larger picture of one frame", other: THUMBNAIL },
    {
      why: "one frame that is shown all the time",
      other: { ...THUMBNAIL, duration: "8.008000" },
    },
    { why: "a picture every second", other: { ...THUMBNAIL, nb_frames: "8" } },
    {
      why: "a trailer of a third of the length",
      other: { ...THUMBNAIL, nb_frames: "80", duration: "2.600000" },
    },
    { why: "a smaller film", other: { ...FILM, width: 640, height: 360 } },
  ])("and not $why, whatever its place and flag", ({ other }) => {
    const film = marked({ ...FILM, index: 1 });
    const first = marked({ ...other, index: 0 }, "default");
    expect(chosen(first, film).video).toBe(1);
    expect(chosen(marked(FILM), { ...first, index: 1 }).video).toBe(0);
  });

  test("of two films alike the one that the file marks, else the first", () => {
    const second = { ...FILM, index: 1 };
    expect(chosen(marked(FILM), marked(second)).video).toBe(0);
    expect(chosen(marked(FILM), marked(second, "default")).video).toBe(1);
  });

  test("and a picture of one frame beside it is told as such", () => {
    const { ignored } = describeReport(reportOf(FILM, THUMBNAIL));
    expect(ignored).toMatchObject([{ index: 5, reason: "a single picture" }]);
  });

  test("and not a larger one that the file calls a still image", () => {
    const large = { ...FILM, index: 1, width: 4000, height: 3000 };
    expect(chosen(FILM, marked(large, "still_image")).video).toBe(0);
  });

  test("also where nobody has counted its frames", () => {
    const small = { ...FILM, index: 1, width: 640, height: 360 };
    expect(chosen(H264, small).video).toBe(0);
  });

  test("a still picture that is alone is taken", () => {
    expect(chosen(THUMBNAIL, AAC).video).toBe(5);
  });
});

describe("the sound is the main one", () => {
  const main = marked({ ...AAC, index: 2 });

  test.for([
    "visual_impaired",
    "descriptions",
    "hearing_impaired",
    "comment",
    "dependent",
    "clean_effects",
    "karaoke",
    "non_diegetic",
    "dub",
  ])(
    "and not one that is marked as %s, whatever its place and flag",
    (role) => {
      const side = marked(AAC, role, "default");
      expect(chosen(H264, side, main).audio).toBe(2);
      expect(chosen(H264, marked(AAC), { ...side, index: 2 }).audio).toBe(1);
      expect(chosen(H264, side).audio).toBe(1);
    },
  );

  test("and not one whose title says that it is a commentary", () => {
    const titled = { ...AAC, tags: { title: "Director's Commentary" } };
    expect(chosen(H264, titled, main).audio).toBe(2);
  });

  test("and not one of less than half the length, whatever its flag", () => {
    const jingle = marked({ ...AAC, duration: "3.900000" }, "default");
    expect(chosen(H264, jingle, main).audio).toBe(2);
  });

  test("of those that no flag makes the default the original", () => {
    const original = marked({ ...AAC, index: 3 }, "original");
    expect(chosen(H264, marked(AAC), original).audio).toBe(3);
    expect(chosen(H264, main, original).audio).toBe(3);
    const first = marked(AAC, "default");
    expect(chosen(H264, first, original).audio).toBe(1);
  });

  test("before that a dub, then one for the hard of hearing", () => {
    const dub = marked({ ...AAC, index: 3 }, "dub");
    const clear = marked({ ...AAC, index: 2 }, "hearing_impaired");
    const comment = marked(AAC, "comment");
    expect(chosen(H264, comment, clear, dub).audio).toBe(3);
    expect(chosen(H264, comment, clear).audio).toBe(2);
  });

  test("of the picture's own program in a broadcast", () => {
    const streams = [
      { ...H264, index: 0, width: 320, height: 180 },
      marked(AAC, "default"),
      { ...H264, index: 2 },
      marked({ ...AAC, index: 3 }),
    ];
    const programs = [
      [0, 1],
      [2, 3],
    ].map((indexes) => ({
      streams: indexes.map((index) => ({ index })),
    }));
    const source = describeReport({ ...reportOf(...streams), programs });
    expect(source.streams.map(({ index }) => index)).toEqual([2, 3]);
  });
});

describe("what is declared and never comes", () => {
  const never = { nb_read_packets: "0" };

  test.for([
    {
      kind: "a sound",
      streams: [H264, { ...AAC, channels: 0, ...never }],
      left: 1,
    },
    {
      kind: "a picture",
      streams: [{ ...H264, width: 0, ...never }, AAC],
      left: 0,
    },
    {
      kind: "a second sound",
      streams: [H264, AAC, { ...AAC, index: 2, ...never }],
      left: 2,
    },
  ])("is left out: $kind", ({ streams, left }) => {
    const { ignored } = describeReport(reportOf(...streams));
    expect(ignored).toMatchObject([
      { index: left, reason: "it is declared, but nothing of it comes" },
    ]);
  });

  test("is no source when it is all there is", () => {
    expect(() => describeReport(reportOf({ ...AAC, ...never }))).toThrow(
      "has neither a picture nor a sound stream",
    );
  });
});

/** PCM as cameras write it: a stream for each channel. */
function monos(count: number, changes: Partial<FfprobeStream> = {}) {
  return Array.from({ length: count }, (_, i) => ({
    ...{ ...AAC, index: i + 1, codec_name: "pcm_s24le", channels: 1 },
    ...{ disposition: {}, tags: {} },
    ...changes,
  }));
}

describe("mono streams that nothing tells apart", () => {
  test.for([
    [2, [1, 2]],
    [4, [1, 2]],
    [6, [1, 2, 3, 4, 5, 6]],
    [8, [1, 2]],
    [1, 1],
    [3, 1],
  ] as const)("%i of them are the channels of one sound", ([count, audio]) => {
    expect(chosen(H264, ...monos(count)).audio).toEqual(audio);
  });

  test("are told as one sound", () => {
    const source = describeReport(reportOf(H264, ...monos(2)));
    const { audio } = parts(source);
    expect(audio).toMatchObject({ index: 1, joined: [1, 2], channels: 2 });
    expect(audio).not.toHaveProperty("layout");
    expect(source.ignored).toEqual([]);
  });

  test.for<[string, Partial<FfprobeStream>]>([
    ["languages", { tags: { language: "fra" } }],
    ["begins", { start_time: "0.500000" }],
    ["lengths", { duration: "4.000000" }],
    ["codecs", { codec_name: "pcm_s16le" }],
    ["rates", { sample_rate: "44100" }],
    ["uses", { disposition: { comment: 1 } }],
    ["titles", { tags: { title: "English" } }],
    ["numbers of channels", { channels: 2 }],
  ])("but not with other %s", ([, changes]) => {
    const [first = AAC, second = AAC] = monos(2);
    expect(chosen(H264, first, { ...second, ...changes }).audio).not.toEqual([
      1, 2,
    ]);
  });

  test("also not where the file marks a later one", () => {
    const [first = AAC, second = AAC] = monos(2);
    expect(chosen(H264, first, marked(second, "default")).audio).toBe(2);
  });

  test("but with titles that are names of channels", () => {
    const [first = AAC, second = AAC] = monos(2);
    const left = { ...first, tags: { title: "Left" } };
    const right = { ...second, tags: { title: "Right" } };
    expect(chosen(H264, left, right).audio).toEqual([1, 2]);
  });
});

describe("the user", () => {
  const FILE = reportOf(FILM, ...monos(4), { ...THUMBNAIL, index: 5 });

  test("names streams", () => {
    const named = parts(describeReport(FILE, { video: 5, audio: 3 }));
    expect(named).toMatchObject({
      video: { index: 5 },
      audio: { index: 3, channels: 1 },
    });
    const { audio } = parts(describeReport(FILE, { audio: "4+3" }));
    expect(audio).toMatchObject({ index: 4, joined: [4, 3], channels: 2 });
  });

  test("tells the language of sound that has none", () => {
    const untagged = parts(describeReport(FILE, { language: "en" }));
    expect(untagged.audio?.language).toBe("eng");
    const french = { ...AAC, tags: { language: "fre" } };
    const tagged = parts(describeReport(reportOf(french), { language: "eng" }));
    expect(tagged.audio?.language).toBe("fra");
  });

  test.for<[StreamSettings, string]>([
    [
      { audio: 0 },
      '--audio is "0". Expected the number of a sound of /films/a.mov: 1, 2, 3, 4.',
    ],
    [
      { video: 9 },
      '--video is "9". Expected the number of a picture of /films/a.mov: 0, 5.',
    ],
    [
      { audio: "1+x" },
      '--audio is "1+x". Expected all, default, languages such as eng,deu, or numbers of streams, such as 2,3, or two or six of mono streams, such as 1+2.',
    ],
    [{ audio: "1+1" }, '--audio is "1+1". Expected all, default, languages'],
    [{ audio: "1+2+3" }, '--audio is "1+2+3". Expected all, default'],
    [{ audio: "1,1+2" }, '--audio is "1,1+2". Expected each stream once.'],
    [
      { audio: "deu" },
      '--audio is "deu". Expected a language of the sounds of /films/a.mov: und (--language CODE names und).',
    ],
    [
      { language: "9=eng" },
      '--language is "9=eng". Expected the number of a sound or of captions of /films/a.mov: 1, 2, 3, 4.',
    ],
    [
      { language: ["eng", "deu"] },
      '--language is "eng, deu". Expected one language of all sounds without one',
    ],
    [
      { video: -1 },
      '--video is "-1". Expected the number of a stream, such as 1.',
    ],
    [
      { language: "x1" },
      '--language is "x1". Expected a language of ISO 639, such as eng or en, or STREAM=LANGUAGE, such as 2=eng.',
    ],
  ])("is told what is wrong with %j", ([settings, message]) => {
    expect(() => describeReport(FILE, settings)).toThrow(
      expect.objectContaining({
        code: "usage",
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  test("may name a sound of more channels than one", () => {
    const two = reportOf(H264, AAC, { ...AAC, index: 2 });
    expect(parts(describeReport(two, { audio: 2 })).audio?.index).toBe(2);
  });

  test("cannot take a cover as picture, nor what is encrypted", () => {
    const cover = marked({ ...THUMBNAIL, index: 2 }, "attached_pic");
    const locked = { ...AAC, codec_tag_string: "enca" };
    const file = reportOf(FILM, locked, cover);
    expect(() => describeReport(file, { video: 2 })).toThrow(
      '--video is "2". Expected the number of a picture of /films/a.mov: 0.',
    );
    expect(() => describeReport(file, { audio: 1 })).toThrow(
      "/films/a.mov: its sound (stream 1) is encrypted (enca).",
    );
  });

  test("cannot join what has two channels, nor take what never comes", () => {
    const stereo = reportOf(H264, AAC, { ...AAC, index: 2 });
    expect(() => describeReport(stereo, { audio: "1+2" })).toThrow(
      "Expected mono streams to join; of /films/a.mov stream 1 has 2 channels.",
    );
    const never = reportOf(H264, { ...AAC, nb_read_packets: "0" });
    expect(() => describeReport(never, { audio: 1 })).toThrow(
      "/films/a.mov: its sound (stream 1) never comes.",
    );
  });
});

test("a stream that is left out is told with all by which people know it", () => {
  const comment = {
    ...marked({ ...AAC, index: 2 }, "comment"),
    tags: { language: "eng", title: "Cast" },
  };
  const { ignored } = describeReport(reportOf(H264, AAC, comment));
  expect(ignored).toEqual([
    {
      ...{ index: 2, type: "audio", codec: "aac", language: "eng" },
      ...{ title: "Cast", dispositions: ["comment"] },
      reason: "it is a commentary or a description; --audio all takes it too",
    },
  ]);
});

describe("one sound of each language is packaged", () => {
  const of = (index: number, language: string, ...names: string[]) => ({
    ...marked({ ...AAC, index }, ...names),
    tags: { language },
  });
  const FILM_OF_MANY = reportOf(
    ...[H264, of(1, "eng"), of(2, "fre"), of(3, "ger", "default")],
    ...[of(4, "fre"), of(5, "eng", "comment"), of(6, "spa", "comment")],
    { ...of(7, "und"), tags: {} },
  );
  const sounds = (settings: StreamSettings = {}) =>
    audioIn(describeReport(FILM_OF_MANY, settings)).map(
      ({ index, language }) => `${index} ${language}`,
    );

  test("the one that the file marks first, then those of others in its order", () => {
    expect(sounds()).toEqual(["3 deu", "1 eng", "2 fra", "7 und"]);
  });

  test("and the others are told with the reason", () => {
    const { ignored, streams } = describeReport(FILM_OF_MANY);
    const side =
      "it is a commentary or a description; --audio all takes it too";
    expect(ignored).toMatchObject([
      {
        index: 4,
        reason:
          "of its language (fra) stream 2 is packaged; --audio all takes both",
      },
      { index: 5, reason: side },
      { index: 6, reason: side },
    ]);
    expect(streams.slice(1, 3)).toMatchObject([
      { index: 3, reason: "the main sound" },
      { index: 1, reason: "the main sound of its language" },
    ]);
  });

  test.for<[string, string[]]>([
    ["default", ["3 deu"]],
    [
      "all",
      [...["3 deu", "1 eng", "2 fra", "4 fra", "5 eng", "6 spa"], "7 und"],
    ],
    ["fr,en", ["2 fra", "1 eng"]],
    ["und", ["7 und"]],
    ["5,deu,3", ["5 eng", "3 deu"]],
    ["spa", ["6 spa"]],
  ])("but with --audio %s those that are asked for", ([audio, expected]) => {
    expect(sounds({ audio })).toEqual(expected);
  });

  test("with 5.1, of each language where a sound has it, when 5.1 is wanted", () => {
    const sound = (index: number, channels: number, language: string) => ({
      ...{ ...AAC, index, channels, channel_layout: "" },
      tags: { language },
    });
    const file = reportOf(
      ...[H264, marked(sound(1, 2, "eng"), "default"), sound(2, 2, "deu")],
      ...[marked(sound(3, 6, "eng"), "comment"), sound(4, 6, "eng")],
    );
    const taken = (settings: StreamSettings) =>
      audioIn(describeReport(file, settings)).map(({ index }) => index);
    expect(taken({})).toEqual([1, 2]);
    expect(taken({ surround: true })).toEqual([4, 2]);
    expect(taken({ surround: true, audio: "default" })).toEqual([4]);
    expect(taken({ surround: true, audio: "1,2" })).toEqual([1, 2]);
  });

  test("by the languages that the user tells", () => {
    expect(sounds({ language: ["2=ita", "4=fra", "eng"] })).toEqual([
      ...["3 deu", "1 eng", "2 ita", "4 fra"],
    ]);
  });

  test("mono streams that the user tells apart are not joined", () => {
    const file = reportOf(H264, ...monos(2));
    const { streams } = describeReport(file, {
      language: ["1=eng", "2=deu"],
    });
    expect(streams.slice(1)).toMatchObject([
      { index: 1, language: "eng", channels: 1 },
      { index: 2, language: "deu", channels: 1 },
    ]);
  });

  test("of eight mono streams all are four pairs", () => {
    const file = reportOf(H264, ...monos(8));
    const { streams } = describeReport(file, { audio: "all" });
    expect(streams.slice(1)).toMatchObject([
      ...[{ joined: [1, 2] }, { joined: [3, 4] }],
      ...[{ joined: [5, 6] }, { joined: [7, 8] }],
    ]);
  });
});
