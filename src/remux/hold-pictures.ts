import { PackError } from "../errors.js";
import { secondsText, type Ticks } from "../media/time.js";
import { at, sampleDuration, type SampleTable } from "../media/track.js";
import type { Fragment } from "../mux/fragments.js";
import { requireOffset } from "../mux/composition.js";
import type { CutTrack } from "./name-tracks.js";

/**
 * Lets the presentation of each fragment last until the next one begins. Where a
 * file has a gap before a key frame, the sample decoded last is the longer one;
 * players hold the picture that is shown last, so that one gets the duration: what
 * is decoded after it is decoded later, and shown when it was. Columns are changed
 * in place.
 *
 * @throws PackError `mux` when a picture is shown after its fragment's end
 */
export function holdLastPictures({ source, fragments }: CutTrack): void {
  if (source.kind !== "video") return;
  const { samples } = source.track;
  for (const fragment of fragments) {
    const last = lastShown(samples, fragment);
    const end = fragment.time + fragment.duration;
    const missing = end - last.end;
    if (missing < -ROUNDING) throw tooLate(source.label, fragment, last.end);
    if (missing > ROUNDING)
      delayBehind(samples, last.sample, fragment.endSample, missing);
  }
}

/** A frame's duration is that of its place in decoding order: a tick may be another's. */
const ROUNDING: Ticks = 1;

function lastShown(
  samples: SampleTable,
  { firstSample, endSample }: Fragment,
): { sample: number; end: Ticks } {
  let sample = firstSample;
  let latest = -Infinity;
  for (let i = firstSample; i < endSample; i++) {
    const shown = at(samples.decodeTime, i) + at(samples.compositionOffset, i);
    if (shown < latest) continue;
    latest = shown;
    sample = i;
  }
  return { sample, end: latest + sampleDuration(samples, sample) };
}

function delayBehind(
  { decodeTime, compositionOffset }: SampleTable,
  sample: number,
  end: number,
  ticks: Ticks,
): void {
  for (let i = sample + 1; i < end; i++) {
    const offset = at(compositionOffset, i) - ticks;
    compositionOffset[i] = requireOffset(offset, `frame ${i + 1}`);
    decodeTime[i] = at(decodeTime, i) + ticks;
  }
}

function tooLate(label: string, fragment: Fragment, latest: Ticks): PackError {
  const { time, duration } = fragment;
  return new PackError(
    "mux",
    `${label}: the fragment at ${secondsText(time)} ends at ${secondsText(time + duration)}, its last picture at ${secondsText(latest)}. Expected it to end with the fragment.`,
    {
      hint: "Its composition offsets are wrong; mss-pack FILE -o FOLDER encodes it anew.",
    },
  );
}
