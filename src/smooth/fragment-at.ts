import type { FragmentPlaces } from "../media/presentation.js";
import { lastNotAfter } from "./read-streams.js";

/** Beyond it, players that count in doubles lose some ticks of a time. */
const LAST_EXACT = 2n ** 53n;

/** As many as a double may lose of 64 bits; fragments are never so close to each other. */
const LOST_TICKS = 1024n;

/**
 * The number of the fragment that begins at a time; -1 when none does.
 *
 * @param time in ticks of the stream
 */
export function fragmentAt(places: FragmentPlaces, time: bigint): number {
  const { time: times, isRescaled } = places;
  const slack = time > LAST_EXACT ? LOST_TICKS : isRescaled ? 1n : 0n;
  const i = lastNotAfter(times, time + slack);
  const nearest = times[i];
  return nearest !== undefined && nearest >= time - slack ? i : -1;
}
