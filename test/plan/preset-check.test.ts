import { describe, expect, test } from "vitest";
import { check, checkAudio, checkSecondRung } from "./smallest-preset.js";

describe("a preset", () => {
  test("needs names, sizes and bitrates; the rest has defaults", () => {
    expect(check({})).toEqual({
      name: "x",
      description: "",
      fragmentSeconds: 2,
      encoderPreset: "medium",
      rungs: [
        {
          name: "720p",
          width: 1280,
          height: 720,
          profile: "high",
          bufferSeconds: 2,
          bitrate: 2_800_000,
          maxBitrate: 4_200_000,
        },
      ],
      audio: { bitrate: 128_000, sampleRate: 48_000, channels: 2 },
    });
  });

  test("keeps all that it says", () => {
    const spoken = {
      description: "Small",
      fragmentSeconds: 4,
      encoderPreset: "veryslow",
      rungs: [
        {
          name: "540p",
          width: 960,
          height: 540,
          profile: "main",
          bufferSeconds: 1.5,
          bitrate: "2000k",
          maxBitrate: "3M",
          level: "3.1",
          above30fps: { bitrate: 3_800_000, maxBitrate: "5700k" },
        },
      ],
      audio: { bitrate: 96_000, sampleRate: 44_100, channels: 1 },
    };
    expect(check(spoken)).toEqual({
      name: "x",
      ...spoken,
      rungs: [
        {
          name: "540p",
          width: 960,
          height: 540,
          profile: "main",
          bufferSeconds: 1.5,
          bitrate: 2_000_000,
          maxBitrate: 3_000_000,
          level: "3.1",
          above30fps: { bitrate: 3_800_000, maxBitrate: 5_700_000 },
        },
      ],
    });
  });
});

test("the old name of fragmentSeconds is read, but not beside the new one", () => {
  expect(check({ gopSeconds: 4 })).toEqual(check({ fragmentSeconds: 4 }));
  expect(() => check({ gopSeconds: 4, fragmentSeconds: 4 })).toThrow(
    "Preset x: gopSeconds is 4. Expected fragmentSeconds alone, of which gopSeconds is the old name.",
  );
  expect(() => check({ gopSeconds: 40 })).toThrow("gopSeconds is 40. Expected");
});

test("formats are a list of texts", () => {
  const formats = ["smooth", "hls"];
  expect(check({ formats })).toMatchObject({ formats });
  expect(check({})).not.toHaveProperty("formats");
  expect(() => check({ formats: "hls" })).toThrow(
    'Preset x: formats is "hls". Expected a list of texts.',
  );
});

test("captions are those of any film: a file belongs to one", () => {
  const captions = ["auto", "embedded", "cc1=eng"];
  expect(check({ captions })).toMatchObject({ captions });
  expect(() => check({ captions: ["auto", "film.srt"] })).toThrow(
    'Preset x: captions is ["auto","film.srt"]. Expected a list of auto, embedded and cc1 to cc4',
  );
  expect(() => check({ captions: "auto" })).toThrow(
    'Preset x: captions is "auto". Expected a list of texts.',
  );
});

describe("a field that is not known is refused with those that are", () => {
  test("in the whole, in a rung, in its rates and in the sound", () => {
    expect(() => check({ gopsize: 2 })).toThrow(
      "Preset x: gopsize is not a known field. Known: name, description, fragmentSeconds, encoderPreset, encoder, tune, ladder, loss, quality, rungs, audio, thumbnailSeconds, captions, formats.",
    );
    const fast = { bitrate: "3M" };
    expect(() => checkSecondRung({ Level: "4.0", above30fps: fast })).toThrow(
      `Preset x: rungs[1].Level is not a known field. Known: above30fps, ${RUNG_FIELDS}.`,
    );
    const odd = { ...fast, profile: "main" };
    expect(() => checkSecondRung({ above30fps: odd })).toThrow(
      "Preset x: rungs[1].above30fps.profile is not a known field. Known: bitrate, maxBitrate, level.",
    );
    expect(() => checkAudio({ codec: "aac" })).toThrow(
      "Preset x: audio.codec is not a known field. Known: bitrate, sampleRate, channels, surround, loudness.",
    );
  });

  test("among them one that is optional and not there", () => {
    const slip = { above30Fps: { bitrate: "3M" } };
    expect(() => checkSecondRung(slip)).toThrow(
      `Preset x: rungs[1].above30Fps is not a known field. Known: above30fps, ${RUNG_FIELDS}.`,
    );
  });
});

const RUNG_FIELDS =
  "name, width, height, profile, bufferSeconds, bitrate, maxBitrate, level";
