import { byStreamKey, kindOfStreamKey } from "../media/film-clock.js";
import type { Stretch } from "./stretch-span.js";
import type { MeasuredStretches } from "./stretches.js";

/** A month: manifests list each fragment, and no film is longer. */
export const LONGEST_FILM_SECONDS = 30 * 24 * 3600;

/** A longer packet is no packet of sound: a clock with such an error is useless. */
const LONGEST_SOUND_PACKET_SECONDS = 60;

/** Where the clock jumps, sound must fill this share of its span. */
const LEAST_FILLED = 0.5;

/** More packets with times far off are no accident. */
const MOST_STRAYS = 0.1;

/**
 * Refuses times that make no film with picture and sound in their places: the package
 * would play, and be wrong.
 *
 * @throws RangeError with the fault of the times
 */
export function requireFilm({ stretches, strays }: MeasuredStretches): void {
  const streamKeys = stretches.flatMap(byStreamKey);
  const spans = streamKeys.map(([, span]) => span);
  const seconds = stretches.reduce((sum, each) => sum + lengthOf(each), 0);
  if (seconds > LONGEST_FILM_SECONDS)
    throw new RangeError(
      `its frames claim to fill ${Math.round(seconds)} s, more than a month`,
    );
  const packets = spans.reduce((sum, span) => sum + span.packets, 0);
  if (packets > FEW_PACKETS && strays.length > MOST_STRAYS * packets)
    throw new RangeError(
      `${strays.length} of its ${packets} frames have a time that does not fit to those around them`,
    );
  const audio = streamKeys.flatMap(([streamKey, span]) =>
    kindOfStreamKey(streamKey) === "audio" ? [span] : [],
  );
  for (const { from, to, packets: count, filled } of audio) {
    if (count <= FEW_PACKETS) continue;
    if (filled > LONGEST_SOUND_PACKET_SECONDS * count)
      throw new RangeError(
        `each frame of its sound claims to last ${Math.round(filled / count)} s`,
      );
    const isFull = filled === 0 || filled >= LEAST_FILLED * (to - from);
    if (stretches.length > 1 && !isFull)
      throw new RangeError(
        `its clock jumps, and its sound fills ${filled.toFixed(1)} s of ${(to - from).toFixed(1)} s`,
      );
  }
}

/** So few packets prove nothing. */
const FEW_PACKETS = 20;

function lengthOf(stretch: Stretch): number {
  return Math.max(
    0,
    ...byStreamKey(stretch).map(([, { from, to }]) => to - from),
  );
}
