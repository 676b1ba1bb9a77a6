import { secondsText } from "../media/time.js";
import {
  holesInPicture,
  holesInSound,
  withSilence,
  type Hole,
} from "./holes.js";
import type { SourceTrack } from "./source-track.js";

/**
 * A track whose holes are silence, or the picture before them, with the words for
 * that: players stop or run ahead where a frame of sound lasts for seconds.
 *
 * @throws PackError `mux` when there is no silence for its channels
 */
export function fillHoles(source: SourceTrack): {
  source: SourceTrack;
  notes: string[];
} {
  const { kind, track, label } = source;
  const isSound = kind === "audio";
  const holes = (isSound ? holesInSound : holesInPicture)(track.samples);
  if (holes.length === 0) return { source, notes: [] };
  const what = isSound ? "silence is put in" : "the picture before is held";
  return {
    source: isSound
      ? { ...source, track: withSilence(track, holes, label) }
      : source,
    notes: [`${label}: ${placesText(holes)}; ${what}`],
  };
}

/** Holes that are told one by one; of a recording with hundreds the first are enough. */
const TOLD = 5;

function placesText(holes: readonly Hole[]): string {
  const places = holes
    .slice(0, TOLD)
    .map(
      ({ time, length }) => `${secondsText(length)} at ${secondsText(time)}`,
    );
  const more = holes.length - places.length;
  const all = holes.reduce((sum, { length }) => sum + length, 0);
  const rest = more > 0 ? ` and ${more} more, ${secondsText(all)} in all` : "";
  return `nothing for ${places.join(", ")}${rest}`;
}
