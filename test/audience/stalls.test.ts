import { expect, test } from "vitest";
import { audienceCsv } from "../../src/audience/audience-report.js";
import { overview } from "../../src/audience/format.js";
import { isStarved } from "../../src/util/cmcd.js";
import {
  audienceOf,
  combined,
  nginx,
  ours,
  type Asked,
} from "../support/access-log.js";

/** Twelve seconds of picture and sound. The film stops twice; both streams tell of the first time. */
const STOPS: readonly Asked[] = [
  ...[0, 2, 4, 6, 8, 10].map((at) => ({
    ...{ second: at, at, playback: "one" },
    stalled: at === 0 || at === 4 || at === 8,
  })),
  ...[0, 2, 4, 6, 8, 10].map((at) => ({
    ...{ second: at, at, stream: "audio", playback: "one" },
    stalled: at === 0 || at === 4,
  })),
];

const RUNS: readonly Asked[] = [0, 2, 4].map((at) => ({
  ...{ second: at, at, playback: "two", client: "192.0.2.2" },
  stalled: false,
}));

/** Of a player without CMCD, or in a log of an older build. */
const TELLS_NOTHING: readonly Asked[] = [0, 2].map((at) => ({
  ...{ second: at, at, client: "192.0.2.3" },
}));

const ALL = [...STOPS, ...RUNS, ...TELLS_NOTHING];

test.each([
  ["mss-pack serve", ours],
  ["nginx in the documented format", nginx],
  ["combined, with CMCD in the query", combined],
])("stalls are counted in a log of %s", async (_, write) => {
  const { all, packages } = await audienceOf(ALL.map((one) => write(one)));
  const stalls = { stalls: 2, stalledPlaybacks: 1, stallsTold: 2 };
  expect(all).toMatchObject({ playbacks: 3, ...stalls });
  expect(packages).toMatchObject([{ package: "heron", ...stalls }]);
  expect(Object.fromEntries(overview(all))).toMatchObject({
    Stalls: "2 in 1 of 2 playbacks",
  });
});

test("a log that tells nothing of stalls has a dash for them, and not none", async () => {
  const lines = ALL.map((asked) => ours({ ...asked, stalled: undefined }));
  const { all } = await audienceOf(lines);
  expect(all).toMatchObject({ stalls: 0, stallsTold: 0 });
  expect(Object.fromEntries(overview(all))).toMatchObject({ Stalls: "-" });
});

test("a fragment that the player gave up for a smaller one tells of its stall, and is not watched", async () => {
  const report = await audienceOf([
    ours({ second: 0, playback: "one", stalled: false }),
    ours({ second: 5, at: 2, playback: "one", stalled: true, aborted: true }),
  ]);
  expect(report.all).toMatchObject({ stalls: 1, secondsWatched: 2 });
  expect(audienceCsv(report)).toMatch(/,1,1,1,,\r\n$/);
});

test.each([
  ["bs", true],
  ["bs,rtp=15000", true],
  ["rtp=15000, bs", true],
  ["", false],
  ["rtp=15000", false],
  ['cid="a,bs,b",rtp=1', false],
  ["bsd=100", false],
  ['cid="a\\",bs,",bs', true],
])("of CMCD's status %s the buffer was starved: %s", (data, expected) => {
  expect(isStarved(data)).toBe(expected);
});
