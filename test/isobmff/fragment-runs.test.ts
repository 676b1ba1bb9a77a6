import { describe, expect, test } from "vitest";
import { box } from "../../src/isobmff/box.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "../../src/isobmff/fragment-runs.js";
import { joinRuns } from "../../src/isobmff/join-runs.js";
import { beginsOf, originSeconds } from "../../src/isobmff/movie-fragments.js";
import { parseBoxes } from "../../src/isobmff/source.js";
import { TRUN } from "../../src/isobmff/table-rows.js";
import { newTable } from "../../src/media/track.js";
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
      moof: 1000,
      presented: undefined,
      decoded: undefined,
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
      decoded: 2n ** 32n,
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
    expect(
      runs.map(({ offset, moof, decoded }) => [offset, moof, decoded]),
    ).toEqual([
      [1100, 1000, 1024n],
      [1114, undefined, undefined],
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
      -213_333n,
    ],
    [
      "version 1, above 2^53",
      hex`0000002C 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 01 000000 00376289 A2906D73 00000000 01312D00`,
      15_589_466_996_501_875n,
    ],
    [
      "version 0",
      hex`00000024 'uuid' 6D1D9B05 42D544E6 80E2141D AFF757B2 00 000000 01312D00 00000007`,
      20_000_000n,
    ],
  ])("has its time from tfxd, %s", (_, tfxd, time) => {
    const head = hex`00000010 'tfhd' 00 020000 00000001`;
    const trun = hex`00000014 'trun' 00 000001 00000001 00000064`;
    expect(runsOf(box("traf", head, tfxd, trun))[0]?.presented).toBe(time);
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

function runOf(durations: number[], more: Partial<FragmentRun> = {}) {
  return {
    trackId: 1,
    ...{ moof: 0, presented: undefined, decoded: undefined },
    offset: 100,
    size: Uint32Array.from(durations, () => 7),
    duration: Uint32Array.from(durations),
    compositionOffset: new Int32Array(durations.length),
    sync: new Uint8Array(durations.length),
    ...more,
  } satisfies FragmentRun;
}

describe("runs of a track", () => {
  const times = (
    ...rows: [begin: number | undefined, durations: number[]][]
  ) => {
    const runs = rows.map(([, durations]) => runOf(durations));
    const begins = rows.map(([begin]) => begin);
    return [...joinRuns(newTable(0), runs, begins, "a.mp4 track 1").decodeTime];
  };

  test("follow one another; where one begins later, the sample before lasts until then", () => {
    expect(times([0, [40, 40]], [undefined, [40]], [150, [40]])).toEqual([
      0, 40, 80, 150, 190,
    ]);
  });

  test("may begin a little before the last sample ends, not before it begins", () => {
    expect(times([0, [40, 40]], [79, [40]])).toEqual([0, 40, 79, 119]);
    expect(() => times([0, [40, 40]], [40, [40]])).toThrow(
      "a.mp4 track 1: a fragment begins at 40, the last sample before it at 40. Expected times that grow.",
    );
  });
});

describe("when a fragment begins", () => {
  const offsets = Int32Array.of(1200, 0);
  const untold = { indexed: new Map<number, bigint>(), announced: [] };
  const begin = (more: Partial<FragmentRun>, outside = {}) =>
    beginsOf([runOf([400, 400], more)], { ...untold, ...outside })[0];

  test("is told by tfxd, else tfdt, else the index, else the manifest, else by the one before", () => {
    const outside = { indexed: new Map([[640, 30n]]), announced: [40n] };
    const told = { moof: 640, presented: 10n, decoded: 20n };
    expect(begin(told, outside)).toBe(10n);
    expect(begin({ ...told, presented: undefined }, outside)).toBe(20n);
    expect(begin({ moof: 640 }, outside)).toBe(30n);
    expect(begin({ moof: 641 }, outside)).toBe(40n);
    expect(begin({ moof: 641 })).toBeUndefined();
  });

  test("of Smooth Streaming is when its first sample is shown, which is decoded earlier by its offset", () => {
    const compositionOffset = offsets;
    const indexed = new Map([[640, 0n]]);
    expect(begin({ compositionOffset, presented: 2000n })).toBe(800n);
    expect(begin({ compositionOffset, moof: 640 }, { indexed })).toBe(-1200n);
    expect(begin({ compositionOffset, decoded: 2000n })).toBe(2000n);
  });

  test("is not taken from a manifest that tells of more fragments or fewer", () => {
    expect(begin({}, { announced: [0n, 800n] })).toBeUndefined();
  });
});

describe("times of a file", () => {
  const origin = (begins: (bigint | undefined)[], timescale = 10_000_000) =>
    originSeconds([{ timescale, begins }]);

  test("count from 0, also where it begins late or below 0", () => {
    expect(origin([undefined, 600_000_000_000n])).toBe(0);
    expect(origin([-213_333n, 0n])).toBe(0);
    expect(origin([])).toBe(0);
  });

  test("of a live encoder, which counts from another year, count from the second in which it begins", () => {
    expect(origin([15_589_466_996_501_875n])).toBe(1_558_946_699);
    expect(origin([undefined, 140_305_202_970_000n], 90_000)).toBe(
      1_558_946_699,
    );
  });
});
