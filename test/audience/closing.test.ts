import fc from "fast-check";
import { expect, test } from "vitest";
import { Film } from "../../src/audience/film.js";
import { Playbacks } from "../../src/audience/playbacks.js";
import { figuresOf } from "../../src/audience/summarize.js";

interface Fetched {
  readonly second: number;
  readonly viewer: number;
  readonly isSession: boolean;
  readonly at: number;
  readonly bitrate: number;
}

/** What is counted when playbacks that have ended are looked for so often. */
function count(all: readonly Fetched[], sweepEvery: number) {
  const film = new Film("heron", 0);
  const playbacks = new Playbacks(sweepEvery);
  let most = 0;
  for (const { second, viewer, isSession, at, bitrate } of all) {
    const level = { stream: "video", type: "video", bitrate } as const;
    const { index: rung, stream } = film.rungOf(level);
    const place = stream.placeOf(at * 2e7, 2e7);
    const key = `${viewer} ${isSession}`;
    playbacks.add(film, key, isSession, {
      ...{ second, rung, place },
      stalled: undefined,
    });
    most = Math.max(most, playbacks.open);
  }
  playbacks.finish();
  const days = [...film.days]
    .sort(([a], [b]) => a - b)
    .map(([day, tally]) => [day, figuresOf(tally)]);
  return { days, minutes: film.minutes, most };
}

const DAY = 86_400;

const FETCHES = fc.array(
  fc.record({
    second: fc.integer({ min: DAY, max: 4 * DAY }),
    viewer: fc.nat(3),
    isSession: fc.boolean(),
    at: fc.nat(100),
    bitrate: fc.constantFrom(1e6, 2e6),
  }),
  { maxLength: 80 },
);

/** The same within hours, where it is minutes that count. */
const CLOSE = FETCHES.map((all) =>
  all.map((one) => ({ ...one, second: DAY + (one.second % 20_000) })),
);

test("a playback that was closed early has all that a playback to the end of the log has", () => {
  fc.assert(
    fc.property(
      fc.oneof(FETCHES, CLOSE),
      fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 80 }),
      fc.boolean(),
      (all, late, isBackwards) => {
        // Up to ten minutes out of order; or a log that was turned around.
        const key = ({ second }: Fetched, i: number) =>
          (second + (late[i] ?? 0)) * (isBackwards ? -1 : 1);
        const sorted = all
          .map((fetched, i) => ({ fetched, key: key(fetched, i) }))
          .sort((a, b) => a.key - b.key)
          .map(({ fetched }) => fetched);
        const swept = count(sorted, 2);
        const whole = count(all, Infinity);
        expect({ ...swept, most: 0 }).toEqual({ ...whole, most: 0 });
      },
    ),
    { numRuns: 1000 },
  );
});

const inTurn = Array.from({ length: 1000 }, (_, viewer) => ({
  ...{ second: DAY + viewer * 3600, viewer },
  ...{ isSession: false, at: 0, bitrate: 1e6 },
}));

test("in a log of many viewers only those of the last hours are held", () => {
  expect(count(inTurn, 10).most).toBeLessThan(30);
  expect(count([...inTurn].reverse(), 10).most).toBeLessThan(30);
});

test("what a line tells of a fragment after a playback has ended still counts, and is no estimate", () => {
  const film = new Film("heron", 0);
  const level = { stream: "video", type: "video", bitrate: 1e6 } as const;
  const { index: rung, stream } = film.rungOf(level);
  const playbacks = new Playbacks();
  const place = stream.placeOf(0, undefined);
  playbacks.add(film, "a", false, {
    ...{ second: DAY, rung, place },
    stalled: undefined,
  });
  playbacks.finish();
  stream.placeOf(0, 5e7);
  const [tally] = film.days.values();
  expect(tally && figuresOf(tally)).toMatchObject({
    ...{ secondsWatched: 5, secondsEstimated: 0 },
  });
});

test("a line with a wrong time closes nothing, and nothing for ever", () => {
  const [first, ...others] = inTurn;
  if (first === undefined) throw new Error("no fetches");
  const wrong = { ...first, second: 40_000 * DAY, viewer: 5000 };
  const again = { ...first, second: first.second + 60, at: 1 };
  const all = [first, wrong, again, ...others];
  expect(count(all, 2).days).toEqual(count(all, Infinity).days);
  expect(count(all, 10).most).toBeLessThan(40);
});
