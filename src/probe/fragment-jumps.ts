import type { Fragmented } from "../isobmff/movie-fragments.js";
import type { ClockJump } from "../media/film-clock.js";

/** A picture may stand still for ten minutes; where a fragment says more, the clock has jumped, or is wrong. */
const LONGEST_HOLE_SECONDS = 600;

/** Tracks that jump together do so within a few fragments. */
const TOGETHER_SECONDS = 10;

/** A jump, before the fragment of that number. */
export interface FragmentJump extends ClockJump {
  readonly run: number;
}

/** Do two tracks begin so far apart that one of them is wrong? */
export function isFarApart(seconds: number): boolean {
  return seconds > LONGEST_HOLE_SECONDS;
}

/** Where the times of a track's fragments are no holes, in the order of the file. */
export function jumpsIn({
  track: { timescale },
  runs,
  begins,
}: Fragmented): FragmentJump[] {
  const jumps: FragmentJump[] = [];
  let due = begins[0] ?? 0n;
  let sum = 0;
  for (const [run, { duration }] of runs.entries()) {
    const begin = begins[run] ?? due;
    const bySeconds = Number(begin - due) / timescale;
    if (Math.abs(bySeconds) > LONGEST_HOLE_SECONDS)
      jumps.push({ run, bySeconds, atSeconds: sum / timescale });
    const ticks = duration.reduce((a, b) => a + b, 0);
    due = begin + BigInt(ticks);
    sum += ticks;
  }
  return jumps;
}

/** Tracks that jump together keep their places beside one another: all by the least of them. */
export function together(all: readonly FragmentJump[][]): FragmentJump[][] {
  return all.map((jumps) =>
    jumps.map((jump, i) => {
      const others = all.flatMap((each) => each[i] ?? []);
      const least = Math.min(...others.map(({ bySeconds }) => bySeconds));
      const isShared =
        others.length === all.length &&
        jump.bySeconds - least < TOGETHER_SECONDS;
      return isShared ? { ...jump, bySeconds: least } : jump;
    }),
  );
}
