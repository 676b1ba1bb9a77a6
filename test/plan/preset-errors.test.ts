import { describe, expect, test } from "vitest";
import { checkPreset } from "../../src/plan/read-preset.js";
import { check, checkAudio, checkSecondRung } from "./smallest-preset.js";

const BITRATE = 'bits per second, such as 3500000 or "3500k"';
const SIZE = "an even number of pixels from 32 to 4096";

describe("a wrong value in a preset is told by its place, what it is and what it should be", () => {
  test.for([
    [{ bitrate: "3500x" }, `bitrate is "3500x". Expected ${BITRATE}.`],
    [{ bitrate: undefined }, `bitrate is missing. Expected ${BITRATE}.`],
    [{ bitrate: true }, `bitrate is true. Expected ${BITRATE}.`],
    [
      { maxBitrate: "2M" },
      'maxBitrate is "2M". Expected at least the bitrate, 2800000.',
    ],
    [
      { above30fps: { bitrate: "1x" } },
      `above30fps.bitrate is "1x". Expected ${BITRATE}.`,
    ],
    [{ above30fps: 30 }, "above30fps is not an object."],
    [{ width: 1281 }, `width is 1281. Expected ${SIZE}.`],
    [{ width: "1280" }, `width is "1280". Expected ${SIZE}.`],
    [{ height: 8 }, `height is 8. Expected ${SIZE}.`],
    [{ height: 4098 }, `height is 4098. Expected ${SIZE}.`],
    [{ name: "" }, 'name is "". Expected text.'],
    [{ name: undefined }, "name is missing. Expected text."],
    [
      { profile: "High" },
      'profile is "High". Expected one of baseline, main, high.',
    ],
    [{ level: 4 }, 'level is 4. Expected an H.264 level, such as "4.0".'],
    [{ level: "4" }, 'level is "4". Expected an H.264 level, such as "4.0".'],
    [
      { bufferSeconds: 0 },
      "bufferSeconds is 0. Expected a number from 0.1 to 30.",
    ],
  ] as const)("in a rung: %j: %s", ([changes, error]) => {
    expect(() => checkSecondRung(changes)).toThrow(
      expect.objectContaining({
        code: "preset",
        message: `Preset x: rungs[1].${error}`,
      }),
    );
  });

  test.for([
    [
      { fragmentSeconds: 0.4 },
      "fragmentSeconds is 0.4. Expected a number from 0.5 to 10.",
    ],
    [
      { fragmentSeconds: "2" },
      'fragmentSeconds is "2". Expected a number from 0.5 to 10.',
    ],
    [{ rungs: [] }, "rungs is []. Expected a list of at least one."],
    [
      { rungs: undefined },
      "rungs is missing. Expected a list of at least one.",
    ],
    [{ rungs: [7] }, "rungs[0] is not an object."],
    [{ audio: undefined }, "audio is not an object."],
    [{ audio: {} }, `audio.bitrate is missing. Expected ${BITRATE}.`],

    [{ description: 5 }, "description is 5. Expected text."],
    [
      { encoderPreset: "placebo" },
      'encoderPreset is "placebo". Expected one of ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow.',
    ],
    [
      { tune: "psnr" },
      'tune is "psnr". Expected one of film, animation, grain, stillimage.',
    ],
  ] as const)("in the whole: %j: %s", ([changes, error]) => {
    expect(() => check(changes)).toThrow(
      expect.objectContaining({
        code: "preset",
        message: `Preset x: ${error}`,
      }),
    );
  });

  test("in the sound", () => {
    expect(() => checkAudio({ sampleRate: 22_050 })).toThrow(
      "Preset x: audio.sampleRate is 22050. Expected one of 48000, 44100, 32000.",
    );
    expect(() => checkAudio({ channels: 6 })).toThrow(
      "Preset x: audio.channels is 6. Expected one of 1, 2.",
    );
  });

  test.for([{ json: null }, { json: [] }, { json: "ladder" }, { json: 7 }])(
    "when the file holds $json",
    ({ json }) => {
      expect(() => checkPreset(json, "x")).toThrow(
        "Preset x: the file is not an object. Expected fields in braces, as mss-pack presets smooth-1080p prints them.",
      );
    },
  );

  test("with the same facts for machines", () => {
    expect(() => checkSecondRung({ bitrate: "3500x" })).toThrow(
      expect.objectContaining({
        facts: {
          preset: "x",
          field: "rungs[1].bitrate",
          found: '"3500x"',
          expected: BITRATE,
        },
      }),
    );
  });
});

test.for([
  { error: "a level that H.264 does not have", changes: { level: "4.3" } },
  {
    error: "null, where a number is expected",
    changes: { bufferSeconds: null },
  },
])("$fault is refused", ({ changes }) => {
  expect(() => checkSecondRung(changes)).toThrow();
});
