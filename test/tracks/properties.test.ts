import fc from "fast-check";
import { expect, test } from "vitest";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import type { MovieTrack } from "../../src/isobmff/tracks.js";
import { SMOOTH_TIMESCALE } from "../../src/media/time.js";
import { trackEnd, type Track } from "../../src/media/track.js";
import { eachFragment, type Fragment } from "../../src/media/fragments.js";
import { cutFragments as cutColumns } from "../../src/tracks/cut-fragments.js";
import { applyEdits } from "../../src/tracks/apply-edits.js";
import { onSmoothClock } from "../../src/tracks/smooth-clock.js";
import { audioTrack, table, videoTrack } from "../support/track.js";

/** As objects. */
function cutFragments(...of: Parameters<typeof cutColumns>) {
  return [...eachFragment(cutColumns(...of))];
}

/** Frames of a group, in the order in which they are shown: how long each is, and when its turn to be decoded is. */
const group = fc.array(
  fc.record({
    duration: fc.integer({ min: 1, max: 5000 }),
    turn: fc.integer({ min: 0, max: 99 }),
  }),
  { minLength: 1, maxLength: 12 },
);

const film = fc.record({
  groups: fc.array(group, { minLength: 1, maxLength: 8 }),
  timescale: fc.oneof(
    fc.integer({ min: 1, max: 1_000_000_000 }),
    fc.constantFrom(1, 600, 1000, 12_800, 24_000, 30_000, 44_100, 90_000, 1e9),
  ),
  movieTimescale: fc.constantFrom(600, 1000, 90_000, 999_983, 1e9),
  delay: fc.integer({ min: 0, max: 100_000 }),
  reorder: fc.integer({ min: 0, max: 5000 }),
  /** Which groups begin a fragment. */
  isCut: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
});

interface Film {
  readonly movie: MovieTrack;
  /** When each sample is shown in the track's ticks, without the delay. */
  readonly shown: readonly number[];
  /** The first sample of each group. */
  readonly starts: readonly number[];
}

/** Pictures out of order in closed groups, with a delay and with an edit that skips the reorder delay. */
function makeFilm({
  groups,
  timescale,
  movieTimescale,
  delay,
  reorder,
}: Omit<typeof film extends fc.Arbitrary<infer T> ? T : never, "isCut">): Film {
  const durations: number[] = [];
  const shown: number[] = [];
  const starts: number[] = [];
  // From a tenth of a millisecond to a tenth of a second a frame.
  const unit = Math.ceil(timescale / 10_000);
  const most = Math.max(1, Math.floor(timescale / 10 / unit));
  let time = 0;
  for (const frames of groups) {
    starts.push(shown.length);
    const placed = frames.map(({ duration, turn }) => {
      const begin = time;
      const length = unit * (1 + (duration % most)) + (turn % unit);
      time += length;
      durations.push(length);
      return { begin, turn };
    });
    const [first, ...rest] = placed;
    rest.sort((a, b) => a.turn - b.turn);
    shown.push(first?.begin ?? 0, ...rest.map(({ begin }) => begin));
  }
  const samples = table(durations, {
    sync: shown.map((_, i) => (starts.includes(i) ? 1 : 0)),
    sizes: shown.map((_, i) => i + 1),
  });
  shown.forEach((begin, i) => {
    samples.compositionOffset[i] =
      begin - (samples.decodeTime[i] ?? 0) + reorder;
  });
  const edit = { segmentDuration: 0, mediaTime: reorder, rate: 1 };
  const empty = { segmentDuration: delay, mediaTime: -1, rate: 1 };
  const movie = {
    ...{ trackId: 1, kind: "video" as const, matrix: [], originSeconds: 0 },
    ...{ timescale, movieTimescale, language: "und" },
    ...{ sampleEntry: {} as ParsedBox, samples },
    edits: delay === 0 ? [edit] : [empty, edit],
  };
  return { movie, shown, starts };
}

function onClock(movie: MovieTrack, kind: "video" | "audio"): Track {
  const { samples, timescale } = applyEdits(movie, kind, "film.mp4");
  const make = kind === "video" ? videoTrack : audioTrack;
  return onSmoothClock(make(samples, timescale), "film.mp4");
}

/** By how much a time differs from an exact one, in millionths of a tick of 10 MHz. */
function millionthsOff(
  found: number,
  ticks: number,
  { timescale, movieTimescale, edits }: MovieTrack,
): bigint {
  const [first] = edits;
  const delay = first?.mediaTime === -1 ? first.segmentDuration : 0;
  const unit = BigInt(timescale) * BigInt(movieTimescale);
  const exact =
    BigInt(ticks) * BigInt(movieTimescale) + BigInt(delay) * BigInt(timescale);
  const off = BigInt(found) * unit - exact * BigInt(SMOOTH_TIMESCALE);
  return (1_000_000n * (off < 0n ? -off : off)) / unit;
}

/**
 * Half a tick, in millionths; where a delay fits no clock that also holds the
 * offsets of 12 s that these films have, an eighth more.
 */
function mostOff({ timescale, movieTimescale, edits }: MovieTrack): bigint {
  const isEasy = edits.length === 1 || timescale * movieTimescale <= 2 ** 25;
  return isEasy ? 500_000n : 625_000n;
}

function expectEachOnce(fragments: readonly Fragment[], { samples }: Track) {
  const numbers = fragments.flatMap(({ firstSample, endSample }) =>
    Array.from({ length: endSample - firstSample }, (_, i) => firstSample + i),
  );
  expect(numbers).toEqual(Array.from({ length: samples.count }, (_, i) => i));
  fragments.forEach(({ time, duration }, i) => {
    const next = fragments[i + 1]?.time ?? trackEnd(samples);
    expect(time + duration).toBe(next);
  });
}

test("pictures: whatever the clock, order and delay, each lies in one fragment and is shown within half a tick of the exact time", () => {
  fc.assert(
    fc.property(film, ({ isCut, ...rest }) => {
      const { movie, shown, starts } = makeFilm(rest);
      const track = onClock(movie, "video");
      const { samples } = track;
      expect(samples.count).toBe(shown.length);
      shown.forEach((ticks, i) => {
        const time =
          (samples.decodeTime[i] ?? 0) + (samples.compositionOffset[i] ?? 0);
        expect(millionthsOff(time, ticks, movie)).toBeLessThanOrEqual(
          mostOff(movie),
        );
      });
      const cuts = starts.filter((_, i) => i === 0 || isCut[i]);
      const times = cuts.map((sample) => samples.decodeTime[sample] ?? NaN);
      fc.pre(new Set(times).size === times.length);
      expect(cuts.every((i) => samples.compositionOffset[i] === 0)).toBe(true);
      const fragments = cutFragments(track, times, "film.mp4");
      expect(fragments.map(({ firstSample }) => firstSample)).toEqual(cuts);
      expectEachOnce(fragments, track);
    }),
  );
});

test("sound: whatever the clock and delay, each frame lies in one fragment and is heard within half a tick of the exact time", () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 1e9 }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(film, cuts, (rest, times) => {
      const { movie } = makeFilm({ ...rest, reorder: 0 });
      movie.samples.compositionOffset.fill(0);
      const exact = [...movie.samples.decodeTime];
      const track = onClock(movie, "audio");
      track.samples.decodeTime.forEach((time, i) => {
        const ticks = exact[i] ?? NaN;
        expect(millionthsOff(time, ticks, movie)).toBeLessThanOrEqual(
          mostOff(movie),
        );
      });
      const sorted = [0, ...times.sort((a, b) => a - b)];
      expectEachOnce(cutFragments(track, sorted, "film.m4a"), track);
    }),
  );
});
