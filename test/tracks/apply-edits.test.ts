import { describe, expect, test } from "vitest";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import type { Edit, MovieTrack } from "../../src/isobmff/tracks.js";
import type { SampleTable, TrackKind } from "../../src/media/track.js";
import { applyEdits } from "../../src/tracks/apply-edits.js";
import { table } from "../support/track.js";

/** An edit as [where in the media, how long in ticks of the movie, speed]. */
type Row = readonly [mediaTime: number, duration: number, rate?: number];

/** A track of a thousand ticks a second in a movie of the same. */
function shown(
  kind: TrackKind,
  samples: SampleTable,
  edits: readonly Row[],
  timescales: Partial<Pick<MovieTrack, "timescale" | "movieTimescale">> = {},
) {
  const track: MovieTrack = {
    trackId: 1,
    kind: "video",
    timescale: 1000,
    movieTimescale: 1000,
    originSeconds: 0,
    matrix: [],
    language: "und",
    sampleEntry: {} as ParsedBox,
    samples,
    edits: edits.map<Edit>(([mediaTime, segmentDuration, rate = 1]) => ({
      mediaTime,
      segmentDuration,
      rate,
    })),
    ...timescales,
  };
  const { samples: moved, timescale } = applyEdits(
    track,
    kind,
    "a.mp4 track 1",
  );
  return {
    times: [...moved.decodeTime],
    offsets: [...moved.compositionOffset],
    places: [...moved.offset],
    timescale,
  };
}

/** Shown at 80, 200, 120, 160, then 240, 360, 280, 320: two groups of pictures of 40 ticks a frame. */
const pictures = () =>
  table(Array<number>(8).fill(40), {
    offsets: [80, 160, 40, 40, 80, 160, 40, 40],
    sync: [1, 0, 0, 0, 0, 0, 0, 0],
  });

/** Four frames, decoded and shown at 0, 40, 80, 120; the third is a key frame too. */
const simple = () => table([40, 40, 40, 40], { sync: [1, 0, 1, 0] });

/** Lead-in, then three frames. */
const frames = () => table([1024, 1024, 1024, 1024]);
const AUDIO = { timescale: 48000, movieTimescale: 1000 };

describe("a picture without an edit list", () => {
  test("keeps its own times; its first frame is decoded when it is shown", () => {
    const { times, offsets } = shown("video", pictures(), []);
    expect(times.slice(0, 4)).toEqual([80, 120, 160, 200]);
    expect(offsets.slice(0, 4)).toEqual([0, 80, -40, -40]);
  });
});

describe("an edit that skips the reorder delay", () => {
  test("moves the first frame to 0 and keeps every distance", () => {
    const { times, offsets } = shown("video", pictures(), [[80, 320]]);
    expect(times).toEqual([0, 40, 80, 120, 160, 200, 240, 280, 320]);
    expect(offsets).toEqual([0, 80, -40, -40, 0, 80, -40, -40]);
  });

  test("may end a rounding early: the movie's clock is coarse", () => {
    const coarse = { timescale: 48000, movieTimescale: 600 };
    const [, , end] = shown(
      "video",
      table([2002, 2002]),
      [[0, 50]],
      coarse,
    ).times;
    expect(end).toBe(4004);
  });
});

describe("an edit that ends a rounding late", () => {
  test("into a frame that it does not mean leaves that frame out", () => {
    const coarse = { timescale: 48000, movieTimescale: 600 };
    const three = table([2002, 2002, 2002]);
    expect(shown("video", three, [[0, 26]], coarse).times).toEqual([0, 2002]);
  });
});

describe("an edit on a clock that is coarser than a frame", () => {
  test("loses no frame that is decoded last", () => {
    const { times } = shown("video", pictures(), [[80, 3]], {
      movieTimescale: 10,
    });
    expect(times).toHaveLength(9);
  });
});

describe("an edit that begins later", () => {
  test("inside the first frame shortens that frame and moves no other", () => {
    expect(shown("video", simple(), [[15, 145]]).times).toEqual([
      0, 25, 65, 105, 145,
    ]);
  });

  test("at a key frame drops what comes before", () => {
    const { times, places } = shown("video", simple(), [[80, 80]]);
    expect(times).toEqual([0, 40, 80]);
    expect(places).toEqual([20, 30]);
  });

  test("at a frame that needs others is refused, not guessed", () => {
    expect(() => shown("video", simple(), [[40, 120]])).toThrow(
      "a.mp4 track 1: the edit list begins at 40, inside a group of pictures (frame 2 is not a key frame).",
    );
  });

  test("at a key frame behind which an earlier picture is decoded is refused", () => {
    const open = table([40, 40, 40], {
      offsets: [40, 80, 0],
      sync: [1, 1, 0],
    });
    expect(() => shown("video", open, [[120, 40]])).toThrow(
      "inside a group of pictures",
    );
  });
});

describe("an edit that ends early", () => {
  test("drops pictures that are decoded last and shown behind it", () => {
    expect(shown("video", simple(), [[0, 80]]).times).toEqual([0, 40, 80]);
  });

  test("inside a frame shortens that frame", () => {
    expect(shown("video", simple(), [[0, 90]]).times).toEqual([0, 40, 80, 90]);
  });

  test("among frames that depend on one another is refused", () => {
    expect(() => shown("video", pictures(), [[80, 120]])).toThrow(
      "a.mp4 track 1: the edit list ends at 200, among frames that depend on one another (frame 2 is shown later).",
    );
  });

  test("drops sound behind it and shortens the frame across it", () => {
    const { times } = shown("audio", frames(), [[1024, 40]], AUDIO);
    expect(times).toEqual([0, 1024, 1920]);
  });
});

describe("a picture that was cut off among frames that depend on one another", () => {
  test("ends with the frame that is shown last; the one before it is held", () => {
    // shown at 0, 120, 40: that of 80 is missing
    const cut = table([40, 40, 40], { offsets: [80, 160, 40] });
    const { times, offsets } = shown("video", cut, [[80, 0]]);
    expect([times, offsets]).toEqual([
      [0, 40, 120, 160],
      [0, 80, -80],
    ]);
  });

  test("also where that frame is decoded last", () => {
    const cut = table([40, 40], { offsets: [80, 160] });
    const { times, offsets } = shown("video", cut, [[80, 0]]);
    expect([times, offsets]).toEqual([
      [0, 120, 160],
      [0, 0],
    ]);
  });
});

describe("sound", () => {
  test("loses the encoder's lead-in frame", () => {
    const { times, places } = shown("audio", frames(), [[1024, 64]], AUDIO);
    expect(times).toEqual([0, 1024, 2048, 3072]);
    expect(places).toEqual([10, 20, 30]);
  });

  test("keeps most of a frame that the edit begins in: all others are exact", () => {
    const { times } = shown("audio", frames(), [[1088, 0]], AUDIO);
    expect(times).toEqual([0, 960, 1984, 3008 - 0]);
  });

  test("drops a frame of which less than half is shown: the next begins at 0", () => {
    const { times } = shown("audio", frames(), [[1900, 0]], AUDIO);
    expect(times).toEqual([148, 1172, 2196]);
  });

  test("that would be skipped whole is refused", () => {
    expect(() => shown("audio", frames(), [[4096, 0]], AUDIO)).toThrow(
      "the edit list begins at 4096, the media ends at 4096",
    );
  });
});

test("a last frame of sound is shown when an edit shows a millisecond of it", () => {
  const endsAt = (end: number) =>
    shown("audio", frames(), [[0, end]], {
      ...{ timescale: 48000, movieTimescale: 48000 },
    }).times;
  const MS = 48;
  expect(endsAt(2048 + MS - 1)).toEqual([0, 1024, 2048]);
  expect(endsAt(2048 + MS)).toEqual([0, 1024, 2048, 2048 + MS]);
});

describe("an empty edit", () => {
  test("is a delay of all that follows", () => {
    const rows: Row[] = [
      [-1, 500],
      [0, 160],
    ];
    expect(shown("video", simple(), rows).times).toEqual([
      500, 540, 580, 620, 660,
    ]);
  });

  test("that the track's clock cannot tell makes the clock finer", () => {
    const clocks = { timescale: 44100, movieTimescale: 1000 };
    const rows: Row[] = [
      [-1, 7],
      [0, 0],
    ];
    const { times, timescale } = shown("audio", frames(), rows, clocks);
    expect([times[0], times[1], timescale]).toEqual([3087, 13327, 441000]);
  });

  test("behind the last part is nothing", () => {
    const rows: Row[] = [
      [0, 160],
      [-1, 90],
    ];
    expect(shown("video", simple(), rows).times.at(-1)).toBe(160);
  });
});

describe("edits that samples cannot express are refused in words:", () => {
  test.for<[what: string, rows: Row[], message: string]>([
    [
      "a part cut out",
      [
        [0, 40],
        [80, 80],
      ],
      "an edit list of 2 entries (0+40, 80+80). Expected one part of the media",
    ],
    [
      "a gap in the middle",
      [
        [0, 80],
        [-1, 20],
        [80, 80],
      ],
      "an edit list of 3 entries",
    ],
    ["nothing at all", [[-1, 500]], "an edit list of 1 entries"],
    [
      "another speed",
      [[0, 160, 2]],
      "its edit list plays a part at 2 times its speed. Expected 1.",
    ],
  ])("%s", ([, rows, message]) => {
    expect(() => shown("video", simple(), rows)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  test("parts that follow one another without a gap are one", () => {
    const rows: Row[] = [
      [0, 80],
      [80, 80],
    ];
    expect(shown("video", simple(), rows).times).toEqual([0, 40, 80, 120, 160]);
  });

  test("parts with a gap of more than a rounding are two", () => {
    const rows: Row[] = [
      [0, 80],
      [82, 78],
    ];
    expect(() => shown("video", simple(), rows)).toThrow("2 entries");
  });
});
