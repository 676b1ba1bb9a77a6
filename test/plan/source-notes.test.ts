import { describe, expect, test } from "vitest";
import { refuseUnsupported, sourceNotes } from "../../src/plan/source-notes.js";
import { planTiming, type Timing } from "../../src/plan/timing.js";
import { sourceVideo, sourceAudio, source } from "../support/sources.js";

const TONE_MAP = { toneMap: true };

describe("a source that would come out in wrong colours is refused", () => {
  test.for(["smpte2084", "arib-std-b67"])(
    "in HDR as %s, by an ffmpeg without the filters",
    (colorTransfer) => {
      const hdr = source({ video: sourceVideo({ colorTransfer }) });
      expect(() => refuseUnsupported(hdr, { toneMap: false })).toThrow(
        expect.objectContaining({
          code: "input",
          message: `/films/holiday.mp4: the picture is HDR (${colorTransfer}), and this ffmpeg has no zscale and tonemap filters to bring it to BT.709.`,
        }),
      );
      expect(() => refuseUnsupported(hdr, TONE_MAP)).not.toThrow();
    },
  );

  test("in Dolby Vision without a base that others can show", () => {
    const dolby = source({ video: sourceVideo({ dolbyVisionProfile: 5 }) });
    expect(() => refuseUnsupported(dolby, TONE_MAP)).toThrow("profile 5");
    const withBase = source({ video: sourceVideo({ dolbyVisionProfile: 8 }) });
    expect(() => refuseUnsupported(withBase, TONE_MAP)).not.toThrow();
  });

  test("but sound alone is not", () => {
    expect(() =>
      refuseUnsupported(source({ audio: sourceAudio() }), TONE_MAP),
    ).not.toThrow();
  });
});

/** Ten seconds, nothing moved. */
const TEN: Timing = { durationSeconds: 10, shiftSeconds: 0, holdSeconds: 0 };

describe("notes tell what happens to a source on its way", () => {
  test("and nothing where nothing happens", () => {
    const plain = source({ video: sourceVideo(), audio: sourceAudio() });
    expect(sourceNotes(plain, TEN)).toEqual([]);
  });

  test("to the picture", () => {
    const video = sourceVideo({
      rotation: 90,
      width: 1024,
      height: 576,
      sampleAspectRatio: { num: 64, den: 45 },
      scan: "interlaced",
      fullRange: true,
      pixelFormat: "yuv422p10le",
      startSeconds: 0.7,
    });
    const odd = source({
      video,
      audio: sourceAudio({ durationSeconds: 10.7 }),
    });
    expect(sourceNotes(odd, { ...TEN, durationSeconds: 10.7 })).toEqual([
      "picture turned by 90 degrees, as the file asks",
      "pixels of 64:45 made square: 1024x576",
      "interlaced picture made progressive",
      "full-range picture brought to video range",
      "more than 8 bits a colour reduced to 8",
      "picture begins 0.70 s late: its first frame is held",
    ]);
  });

  test.for([
    {
      seconds: 12.5,
      note: "sound goes on 2.50 s after the picture: its last frame is held",
    },
    {
      seconds: 7,
      note: "sound ends 3.00 s before the picture: filled with silence",
    },
  ])("to sound of $seconds s under a picture of 10 s", ({ seconds, note }) => {
    const audio = sourceAudio({ durationSeconds: seconds });
    const film = source({ video: sourceVideo(), audio });
    expect(sourceNotes(film, planTiming(film, { num: 25, den: 1 }))).toEqual([
      note,
    ]);
  });

  test("to a picture alone and to sound alone", () => {
    expect(sourceNotes(source({ video: sourceVideo() }), TEN)).toEqual([
      "no audio: the package has video alone",
    ]);
    expect(sourceNotes(source({ audio: sourceAudio() }), TEN)).toEqual([
      "no video: the package has audio alone",
    ]);
  });

  test("to streams that are left out", () => {
    const subtitle = {
      index: 2,
      type: "subtitle",
      codec: "subrip",
      reason: "--captions embedded takes it",
    };
    const film = source({ video: sourceVideo(), audio: sourceAudio() });
    expect(sourceNotes({ ...film, ignored: [subtitle] }, TEN)).toEqual([
      "1 caption stream is left out (stream 2 subrip): --captions embedded takes it",
    ]);
    const comment = {
      ...{ index: 2, type: "audio", codec: "aac", language: "eng" },
      ...{ title: "Cast", dispositions: ["comment"], reason: "of reasons" },
    };
    expect(sourceNotes({ ...film, ignored: [comment] }, TEN)).toEqual([
      'stream 2 (audio, aac, eng, "Cast", comment) is left out: of reasons',
    ]);
  });
});
