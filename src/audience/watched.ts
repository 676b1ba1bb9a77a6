import type { StreamType } from "./address.js";
import type { Fetch } from "./fetch-pool.js";
import type { Film } from "./film.js";
import type { Rung } from "./stream.js";

/** A fragment that was watched, once. */
export interface Watched {
  readonly rung: Rung;
  readonly place: number;
  /** When the fragment begins in the film, in 10 MHz ticks. */
  readonly time: number;
  /** When it was fetched last, in seconds since 1970. */
  readonly second: number;
}

/** Cuts fetches where there are none for more than so many seconds. */
export function splitAtPauses(
  fetches: readonly Fetch[],
  pauseSeconds: number,
): Fetch[][] {
  const sorted = [...fetches].sort((a, b) => a.second - b.second);
  const parts: Fetch[][] = [];
  let last = -Infinity;
  for (const fetch of sorted) {
    if (fetch.second - last > pauseSeconds) parts.push([]);
    parts.at(-1)?.push(fetch);
    last = fetch.second;
  }
  return parts;
}

/**
 * What was watched of the leading stream, in the order of the film: each
 * fragment once, at the rung at which it was fetched last. Fetches of the same
 * second have no order, so of these the higher bitrate counts.
 */
export function watchedOf(film: Film, fetches: readonly Fetch[]): Watched[] {
  const all = fetches.flatMap(({ rung: index, place, second }) => {
    const rung = film.rungs[index];
    const time = rung?.stream.times[place];
    return rung === undefined || time === undefined
      ? []
      : [{ rung, place, time, second }];
  });
  const leading = leadingType(all);
  const sorted = all
    .filter(({ rung }) => rung.stream.type === leading)
    .sort(
      (a, b) =>
        a.time - b.time ||
        a.second - b.second ||
        a.rung.bitrate - b.rung.bitrate,
    );
  return sorted.filter(({ time }, i) => time !== sorted[i + 1]?.time);
}

/** Pictures lead; who has only sound listens. */
function leadingType(watched: readonly Watched[]): StreamType | undefined {
  return LEADING.find((type) =>
    watched.some(({ rung }) => rung.stream.type === type),
  );
}

const LEADING: readonly StreamType[] = ["video", "unknown", "audio"];
