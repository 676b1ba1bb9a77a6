import { describe, expect, test } from "vitest";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "../../src/isobmff/fragment-runs.js";
import { joinRuns } from "../../src/isobmff/join-runs.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { TRUN } from "../../src/isobmff/trun-rows.js";
import { newTable } from "../../src/media/track.js";
import { box } from "../../src/isobmff/box.js";
import { hex } from "../support/hex-bytes.js";

/** Track 1: 512 ticks, 7 bytes, no sync sample unless told. */
const MOVIE = box(
  "moov",
  hex`
    00000028 'mvex'
    00000020 'trex' 00 000000 00000001 00000001 00000200 00000007 01010000
  `,
);

/** Runs of a moof at byte 1000. */
function runsOf(...trafs: Uint8Array[]): FragmentRun[] {
  const [movie] = parseBoxes(MOVIE);
  const [moof] = parseBoxes(box("moof", ...trafs), undefined, TRUN);
  if (movie === undefined || moof === undefined) throw new Error("no boxes");
  return runsOfFragment(moof, 1000, trackDefaults(movie), newBudget(), "a.mp4");
}

/** A run in plain numbers. */
function plain(run: FragmentRun | undefined) {
  if (run === undefined) return undefined;
  const { size, duration, compositionOffset, sync, ...rest } = run;
  return {
    ...rest,
    size: [...size],
    duration: [...duration],
    offsets: [...compositionOffset],
    sync: [...sync],
  };
}

describe("a run of samples in a fragment", () => {
  test("takes from trex what neither tfhd nor trun says", () => {
    const [run] = runsOf(
      box(
        "traf",
        hex`
          00000010 'tfhd' 00 020000 00000001
          00000014 'trun' 00 000001 00000003 00000064
        `,
      ),
    );
    expect(plain(run)).toEqual({
      trackId: 1,
      time: undefined,
      offset: 1100,
      size: [7, 7, 7],
      duration: [512, 512, 512],
      offsets: [0, 0, 0],
      sync: [0, 0, 0],
    });
  });

  test("takes from tfhd what trun does not say, and its first sample's flags from trun", () => {
    const [run] = runsOf(
      box(
        "traf",
        hex`
          0000001C 'tfhd' 00 020038 00000001 00000400 00000009 01010000
          00000014 'tfdt' 01 000000 00000001 00000000
          00000018 'trun' 00 000005 00000002 00000064 02000000
        `,
      ),
    );
    expect(plain(run)).toMatchObject({
      time: 2 ** 32,
      size: [9, 9],
      duration: [1024, 1024],
      sync: [1, 0],
    });
  });

  test("has rows of its own; offsets are signed in version 0 too", () => {
    const [run] = runsOf(
      box(
        "traf",
        hex`
          00000010 'tfhd' 00 020000 00000001
          00000034 'trun' 00 000F01 00000002 00000064
            00000200 00000005 02000000 00000400
            00000201 00000006 01010000 FFFFFE00
        `,
      ),
    );
    expect(plain(run)).toMatchObject({
      size: [5, 6],
      duration: [512, 513],
      offsets: [1024, -512],
      sync: [1, 0],
    });
  });

  test("goes on behind the run before, where it has no offset; only the first has a time", () => {
    const runs = runsOf(
      box(
        "traf",
        hex`
          00000010 'tfhd' 00 020000 00000001
          00000010 'tfdt' 00 000000 00000400
          00000014 'trun' 00 000001 00000002 00000064
          00000010 'trun' 00 000000 00000001
        `,
      ),
    );
    expect(runs.map(({ offset, time }) => [offset, time])).toEqual([
      [1100, 1024],
      [1114, undefined],
    ]);
  });

  test("counts its offset from a base that is told", () => {
    const [run] = runsOf(
      box(
        "traf",
        hex`
          00000018 'tfhd' 00 000001 00000001 00000001 00000000
          00000014 'trun' 00 000001 00000001 00000008
        `,
      ),
    );
    expect(run?.offset).toBe(2 ** 32 + 8);
  });

  test("of a second track counts from the end of the first one's samples, unless from the moof", () => {
    const first = box(
      "traf",
      hex`
        00000010 'tfhd' 00 000000 00000001
        00000014 'trun' 00 000001 00000002 00000064
      `,
    );
    const second = (flags: Uint8Array) =>
      box(
        "traf",
        hex`00000010 'tfhd' 00`,
        flags,
        hex`00000002 00000014 'trun' 00 000001 00000001 00000008`,
      );
    const offsets = (flags: Uint8Array) =>
      runsOf(first, second(flags)).map(({ offset }) => offset);
    expect(offsets(hex`000000`)).toEqual([1100, 1122]);
    expect(offsets(hex`020000`)).toEqual([1100, 1008]);
  });

  test.each([
    [
      "version 1, below 0",
      hex`0000002C 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 01 000000 FFFFFFFF FFFCBEAB 00000000 01312D00`,
      -213_333,
    ],
    [
      "version 0",
      hex`00000024 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 00 000000 01312D00 00000007`,
      20_000_000,
    ],
  ])("has its time from tfxd, %s", (_, tfxd, time) => {
    const head = hex`00000010 'tfhd' 00 020000 00000001`;
    const trun = hex`00000014 'trun' 00 000001 00000001 00000064`;
    expect(runsOf(box("traf", head, tfxd, trun))[0]?.time).toBe(time);
  });

  test("that claims samples without a byte for any is refused, also by many runs", () => {
    const head = hex`00000010 'tfhd' 00 020000 00000001`;
    const trun = hex`00000014 'trun' 00 000001 00080001 00000064`;
    expect(runsOf(box("traf", head, trun, trun))).toHaveLength(2);
    expect(() => runsOf(box("traf", head, trun, trun, trun))).toThrow(
      "a.mp4: trun claims 524289 samples without a row.",
    );
  });
});

describe("runs of a track", () => {
  const run = (time: number | undefined, durations: number[]): FragmentRun => ({
    trackId: 1,
    time,
    offset: 100,
    size: Uint32Array.from(durations, () => 7),
    duration: Uint32Array.from(durations),
    compositionOffset: new Int32Array(durations.length),
    sync: new Uint8Array(durations.length),
  });
  const times = (...runs: FragmentRun[]) => [
    ...joinRuns(newTable(0), runs, "a.mp4 track 1").decodeTime,
  ];

  test("follow one another; where one begins later, the sample before lasts until then", () => {
    const runs = [run(0, [40, 40]), run(undefined, [40]), run(150, [40])];
    expect(times(...runs)).toEqual([0, 40, 80, 150, 190]);
  });

  test("may begin a little before the last sample ends, not before it begins", () => {
    expect(times(run(0, [40, 40]), run(79, [40]))).toEqual([0, 40, 79, 119]);
    expect(() => times(run(0, [40, 40]), run(40, [40]))).toThrow(
      "a.mp4 track 1: a fragment begins at 40, the last sample before it at 40. Expected times that grow.",
    );
  });
});
