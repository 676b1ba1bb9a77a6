import {
  eachFragment,
  type Fragment,
  type Fragments,
} from "../media/fragments.js";
import type { Ticks } from "../media/time.js";
import { at, type SampleTable } from "../media/track.js";
import type { SourceTrack } from "../tracks/read-track.js";
import { requireOffset } from "../tracks/smooth-clock.js";

/**
 * Makes the picture that is shown last in each fragment last until the next fragment
 * begins. A sample's duration is the distance to the next sample in decoding order. It
 * may differ from the time on screen: when frames have unequal lengths, when a file has a
 * gap before a key frame, when the last picture of a film is held. So the samples behind
 * this picture are decoded at its end, or later. The time at which each is shown stays
 * the same. Columns are changed in place.
 *
 * @throws PackError `input` when the decoding time would be too far for an offset
 */
export function holdLastPictures({
  source,
  fragments,
}: {
  readonly source: SourceTrack;
  readonly fragments: Fragments;
}): void {
  if (source.kind !== "video") return;
  for (const fragment of eachFragment(fragments))
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
  // Earlier: only the next sample. Later: all samples behind it.
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
