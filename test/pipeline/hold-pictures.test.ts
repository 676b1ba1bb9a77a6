import { describe, expect, test } from "vitest";
import { holdLastPictures } from "../../src/pipeline/hold-pictures.js";
import type { SourceTrack } from "../../src/tracks/read-track.js";
import { fragmentsLasting, table, videoTrack } from "../support/track.js";

/** One fragment of samples, by durations and composition offsets in decoding order. */
function held(durations: readonly number[], offsets: readonly number[]) {
  const track = videoTrack(table(durations, { offsets }));
  const source: SourceTrack = {
    ...{ path: "/films/a.mp4", trackId: 1, label: "a.mp4", kind: "video" },
    ...{ track, bitrate: undefined },
  };
  const duration = durations.reduce((sum, each) => sum + each, 0);
  const fragments = fragmentsLasting([duration]);
  fragments.firstSample[1] = durations.length;
  holdLastPictures({ source, fragments });
  const { decodeTime, compositionOffset } = track.samples;
  const shown = [...compositionOffset].map((o, i) => o + (decodeTime[i] ?? 0));
  return { times: [...decodeTime], shown };
}

describe("the picture that is shown last", () => {
  test("lasts until the next fragment, not the one that is decoded last", () => {
    // shown at 0, 120, 40, 80; a gap of 50 before the next key frame
    const { times, shown } = held([40, 40, 40, 90], [0, 80, -40, -40]);
    expect(shown).toEqual([0, 120, 40, 80]);
    expect(times).toEqual([0, 40, 130, 170, 210]);
  });

  test("lasts no longer than that, where the place behind it in decoding order is longer", () => {
    // shown at 0, 120, 20, 60: that of 120 lasts 40, and is followed by 60 in decoding order
    const { times, shown } = held([20, 60, 40, 40], [0, 100, -60, -60]);
    expect(shown).toEqual([0, 120, 20, 60]);
    expect(times).toEqual([0, 20, 60, 120, 160]);
  });

  test("is left alone where all is even", () => {
    const { times } = held([40, 40, 40, 40], [0, 80, -40, -40]);
    expect(times).toEqual([0, 40, 80, 120, 160]);
  });
});
