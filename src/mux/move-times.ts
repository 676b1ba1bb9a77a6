import type { Ticks } from "../media/time.js";
import { at, sampleDuration, sliceTable, type Track } from "../media/track.js";

/** Lets a track begin so much earlier. Its columns are changed in place. */
export function moveBack({ samples }: Track, ticks: Ticks): void {
  if (ticks === 0) return;
  for (let i = 0; i <= samples.count; i++)
    samples.decodeTime[i] = at(samples.decodeTime, i) - ticks;
}

/**
 * Sound without what comes before 0: the encoder's lead-in, which ffmpeg writes into
 * Smooth files as if it were heard. Of a frame that is heard in part, the nearer side is kept.
 */
export function withoutLeadIn(track: Track): Track {
  const { samples, format } = track;
  if (format.kind !== "audio" || at(samples.decodeTime, 0) >= 0) return track;
  let first = 0;
  while (
    first < samples.count - 1 &&
    at(samples.decodeTime, first + 1) < sampleDuration(samples, first) / 2
  )
    first++;
  const kept = sliceTable(samples, first, samples.count);
  if (at(kept.decodeTime, 0) < 0) kept.decodeTime[0] = 0;
  return { ...track, samples: kept };
}
