import { describe, expect, test } from "vitest";
import {
  audioFilters,
  audioNotes,
  spreadFilter,
  type AudioShape,
} from "../../src/plan/filters.js";
import { sourceAudio } from "../support/sources.js";

const STEREO: AudioShape = {
  sampleRate: 48_000,
  streamKey: "audio" as const,
  channels: 2,
  shiftSeconds: 0,
  endSeconds: 12.5,
};

describe("the filters of the sound", () => {
  test("fill holes, begin at 0 and last as long as they must", () => {
    // 12.5 s x 48000
    expect(audioFilters(STEREO)).toEqual([
      "aresample=48000:async=1:first_pts=0:min_hard_comp=0.05",
      "apad=whole_len=600000",
    ]);
  });

  test("add nothing behind sound without a picture", () => {
    const alone = { ...STEREO, sampleRate: 44_100, endSeconds: undefined };
    expect(audioFilters(alone)).toEqual([
      "aresample=44100:async=1:first_pts=0:min_hard_comp=0.05",
    ]);
  });

  test.for([
    { layout: "mono", filter: "pan=stereo|FL<FL+FC|FR<FR+FC" },
    { layout: undefined, filter: "pan=stereo|FL<FL+FC|FR<FR+FC" },
    { layout: "1 channels (FL)", filter: "pan=stereo|c0=c0|c1=c0" },
  ])(
    "give mono ($layout) a second channel as loud as the first",
    ({ layout, filter }) => {
      const mono = sourceAudio({ channels: 1, ...(layout && { layout }) });
      const spread = spreadFilter(mono, 2);
      expect(spread).toBe(filter);
      expect(audioFilters({ ...STEREO, spread })[1]).toBe(filter);
    },
  );

  test("leave alone what is not to be spread", () => {
    expect(spreadFilter(sourceAudio({ channels: 1 }), 1)).toBeUndefined();
    expect(spreadFilter(sourceAudio(), 2)).toBeUndefined();
  });

  test("move with the picture", () => {
    const moved = { ...STEREO, shiftSeconds: 0.017 };
    expect(audioFilters(moved)[0]).toBe("asetpts=PTS+0.017000/TB");
  });

  test("are told to people where something is lost or made up", () => {
    expect(audioNotes(sourceAudio(), STEREO, "sound")).toEqual([]);
    const surround = sourceAudio({ channels: 6, startSeconds: 0.7 });
    expect(audioNotes(surround, STEREO, "sound")).toEqual([
      "sound: 6 channels mixed down to 2",
      "sound begins 0.70 s late: filled with silence",
    ]);
  });
});
