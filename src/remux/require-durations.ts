import { PackError } from "../errors.js";
import { secondsText } from "../media/time.js";
import { at, sampleDuration, type SampleTable } from "../media/track.js";
import type { Fragment } from "../mux/fragments.js";
import type { CutTrack } from "./name-tracks.js";

/**
 * Presentation begins and ends with each fragment, in whatever order its pictures
 * are decoded: what verify will ask, asked before hours of copying.
 *
 * @throws PackError `mux` naming the fragment
 */
export function requireClosed({ source, fragments }: CutTrack): void {
  if (source.kind !== "video") return;
  for (const [i, fragment] of fragments.entries()) {
    const { samples } = source.track;
    const latest = latestEnd(samples, fragment);
    const end = fragment.time + fragment.duration;
    const isLast = i === fragments.length - 1;
    // A last picture that is held may have been decoded before others.
    if (latest <= end + 1 && (isLast || latest >= end - 1)) continue;
    throw new PackError(
      "mux",
      `${source.label}: the fragment at ${secondsText(fragment.time)} ends at ${secondsText(end)}, its last picture at ${secondsText(latest)}. Expected the same.`,
      {
        hint: "Its composition offsets are wrong; mss-pack FILE -o FOLDER encodes it anew.",
      },
    );
  }
}

function latestEnd(samples: SampleTable, fragment: Fragment): number {
  let latest = -Infinity;
  for (let i = fragment.firstSample; i < fragment.endSample; i++) {
    const shown = at(samples.decodeTime, i) + at(samples.compositionOffset, i);
    latest = Math.max(latest, shown + sampleDuration(samples, i));
  }
  return latest;
}
