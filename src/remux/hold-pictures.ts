import type { Ticks } from "../media/time.js";
import { at, type SampleTable } from "../media/track.js";
import type { Fragment } from "../mux/fragments.js";
import { requireOffset } from "../mux/composition.js";
import type { CutTrack } from "./name-tracks.js";

/**
 * Lets the picture that is shown last in each fragment last until the next fragment
 * begins. A sample's duration is the distance to the next one in decoding order, which
 * need not be how long it is shown: where frames are not equally long, where a file has
 * a gap before a key frame, where the last picture of a film is held. So the samples
 * behind it are decoded when that picture ends, or later. When each is shown stays as
 * it is. Columns are changed in place.
 *
 * @throws PackError `mux` when a picture would be decoded beyond what an offset can tell
 */
export function holdLastPictures({ source, fragments }: CutTrack): void {
  if (source.kind !== "video") return;
  for (const fragment of fragments)
    holdLast(source.track.samples, fragment, source.label);
}

function holdLast(
  samples: SampleTable,
  { firstSample, endSample, time, duration }: Fragment,
  label: string,
): void {
  const { decodeTime, compositionOffset } = samples;
  const last = lastShown(samples, firstSample, endSample);
  const shownFor = time + duration - presentedAt(samples, last);
  const next = at(decodeTime, last) + shownFor;
  const later = next - at(decodeTime, last + 1);
  // Earlier: the next one alone. Later: all behind it.
  const end = later < 0 ? last + 2 : endSample;
  for (let i = last + 1; i < Math.min(end, endSample); i++) {
    const offset = at(compositionOffset, i) - later;
    compositionOffset[i] = requireOffset(offset, `${label} frame ${i + 1}`);
    decodeTime[i] = at(decodeTime, i) + later;
  }
}

function lastShown(
  samples: SampleTable,
  firstSample: number,
  endSample: number,
): number {
  let last = firstSample;
  for (let i = firstSample; i < endSample; i++)
    if (presentedAt(samples, i) > presentedAt(samples, last)) last = i;
  return last;
}

function presentedAt(samples: SampleTable, i: number): Ticks {
  return at(samples.decodeTime, i) + at(samples.compositionOffset, i);
}
