import { describe, expect, test } from "vitest";
import { refuseUnsupported, sourceNotes } from "../../src/plan/source-notes.js";
import { picture, sound, source } from "../support/sources.js";

describe("a source in HDR is refused rather than shown in wrong colours", () => {
  test.for(["smpte2084", "arib-std-b67"])("as %s", (colorTransfer) => {
    const hdr = source({ video: picture({ colorTransfer }) });
    expect(() => refuseUnsupported(hdr)).toThrow(
      expect.objectContaining({
        code: "input",
        message: `/films/holiday.mp4: the picture is HDR (${colorTransfer}). Smooth clients show BT.709 only.`,
        hint: "Tone-map it to BT.709 first.",
      }),
    );
  });

  test("but wide colour of standard range is not HDR, nor is sound", () => {
    const wide = picture({ colorTransfer: "bt2020-10" });
    expect(() => refuseUnsupported(source({ video: wide }))).not.toThrow();
    expect(() => refuseUnsupported(source({ audio: sound() }))).not.toThrow();
  });
});

describe("notes tell what happens to a source on its way", () => {
  test("and nothing where nothing happens", () => {
    const plain = source({ video: picture(), audio: sound() });
    expect(sourceNotes(plain, 10)).toEqual([]);
  });

  test("to the picture", () => {
    const video = picture({
      rotation: 90,
      width: 1024,
      height: 576,
      sampleAspectRatio: { num: 64, den: 45 },
      interlaced: true,
      fullRange: true,
      pixelFormat: "yuv422p10le",
      startSeconds: 0.7,
    });
    const odd = source({ video, audio: sound({ durationSeconds: 10.7 }) });
    expect(sourceNotes(odd, 10.7)).toEqual([
      "picture turned by 90 degrees, as the file asks",
      "pixels of 64:45 made square: 1024x576",
      "interlaced picture made progressive",
      "full-range picture brought to video range",
      "more than 8 bits a colour reduced to 8",
      "picture begins 0.70 s late: its first frame is held",
    ]);
  });

  test.for([
    { seconds: 12.5, note: "sound goes on 2.50 s after the picture: cut" },
    {
      seconds: 7,
      note: "sound ends 3.00 s before the picture: filled with silence",
    },
  ])("to sound of $seconds s under a picture of 10 s", ({ seconds, note }) => {
    const audio = sound({ durationSeconds: seconds });
    expect(sourceNotes(source({ video: picture(), audio }), 10)).toEqual([
      note,
    ]);
  });

  test("to a picture alone and to sound alone", () => {
    expect(sourceNotes(source({ video: picture() }), 10)).toEqual([
      "no sound: a package of pictures alone",
    ]);
    expect(sourceNotes(source({ audio: sound() }), 10)).toEqual([
      "no picture: a package of sound alone",
    ]);
  });

  test("to streams that are left out", () => {
    const subtitle = {
      index: 2,
      type: "subtitle",
      codec: "subrip",
      reason: "subtitle streams are not packaged",
    };
    const film = source({ video: picture(), audio: sound() });
    expect(sourceNotes({ ...film, ignored: [subtitle] }, 10)).toEqual([
      "stream 2 (subtitle, subrip) is left out: subtitle streams are not packaged",
    ]);
  });
});
