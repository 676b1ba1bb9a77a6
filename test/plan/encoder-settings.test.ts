import { expect, test } from "vitest";
import { makePlan } from "../../src/plan/plan.js";
import { applySettings, type LadderSettings } from "../../src/plan/settings.js";
import { LADDER, source, sourceVideo } from "../support/sources.js";
import { check } from "./smallest-preset.js";

function refusal(message: string): unknown {
  return expect.objectContaining({ code: "usage", message });
}

test("a preset's encoder is the film's, unless the user names another", () => {
  const preset = { ...LADDER, encoder: "h264_qsv" } as const;
  expect(applySettings(preset, {}).encoder).toBe("h264_qsv");
  const own = applySettings(preset, { encoder: "h264_nvenc" });
  expect(own.encoder).toBe("h264_nvenc");
  const usual = applySettings(preset, { encoder: "libx264", tune: "film" });
  expect(usual.encoder).toBeUndefined();
});

test("a preset names it, and libx264 leaves no trace", () => {
  expect(check({ encoder: "h264_vaapi" })).toMatchObject({
    encoder: "h264_vaapi",
  });
  expect(check({ encoder: "libx264" })).toEqual(check({}));
  expect(() => check({ encoder: "nvenc" })).toThrow(
    'Preset x: encoder is "nvenc". Expected one of libx264, h264_nvenc, h264_qsv, h264_vaapi, h264_videotoolbox.',
  );
});

test.for<[LadderSettings, string]>([
  [
    { encoder: "x264" },
    '--encoder is "x264". Expected one of libx264, h264_nvenc, h264_qsv, h264_vaapi, h264_videotoolbox.',
  ],
  [
    { encoder: "h264_nvenc", tune: "film" },
    "--encoder is h264_nvenc, and --tune is given. Expected one of them: only x264 is tuned.",
  ],
  [
    { encoder: "h264_qsv", twoPass: true },
    "--encoder is h264_qsv, and --two-pass is given. Expected one of them: only x264 makes two passes.",
  ],
  [
    { encoder: "h264_vaapi", reproducible: true },
    "--encoder is h264_vaapi, and --reproducible is given. Expected one of them: each device makes other bytes.",
  ],
  [
    { encoder: "h264_qsv", crf: 23 },
    "--encoder is h264_qsv, and --crf is given. Expected one of them: it has no constant quality under a peak.",
  ],
  [
    { encoder: "h264_videotoolbox", encoderPreset: "slow" },
    "--encoder is h264_videotoolbox, and --encoder-preset is given. Expected one of them: it has one speed.",
  ],
])("what only x264 does is refused for a device: %j", ([settings, message]) => {
  expect(() => applySettings(LADDER, settings)).toThrow(refusal(message));
});

test("a device's picture is never cut into pieces, and a note says so", () => {
  const film = source({ video: sourceVideo() });
  const settings = { encoder: "h264_nvenc", pieceLength: 8 };
  const { streams, notes } = makePlan(film, LADDER, settings);
  expect(streams[0]).not.toHaveProperty("pieces");
  expect(notes).toContain(
    "encoded in one piece: pieces of h264_nvenc would not fit together",
  );
});
