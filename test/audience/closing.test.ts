import fc from "fast-check";
import { expect, test } from "vitest";
import { Film } from "../../src/audience/film.js";
import { figuresOf } from "../../src/audience/figures.js";
import { Playbacks } from "../../src/audience/playbacks.js";

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
    playbacks.add(film, key, isSession, { second, rung, place });
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

test("a playback that was closed early has all that a playback to the end of the log has", () => {
  fc.assert(
    fc.property(
      FETCHES,
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
  );
});

const inTurn = Array.from({ length: 1000 }, (_, viewer) => ({
  ...{ second: DAY + viewer * 3600, viewer },
  ...{ isSession: false, at: 0, bitrate: 1e6 },
}));

test("in a log of many viewers only those of the last hours are held", () => {
  expect(count(inTurn, 10).most).toBeLessThan(30);
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
