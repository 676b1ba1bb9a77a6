import { PackError } from "../errors.js";
import { secondsText } from "../media/time.js";
import { at, sampleDuration } from "../media/track.js";
import type { SourceTrack } from "./source-track.js";

/**
 * A duration in a fragment has 32 bits, which are full after 429 s; more would be
 * cut to that without a word. ISO/IEC 14496-12 8.8.8
 *
 * @throws PackError `mux` naming the sample that lasts longer
 */
export function requireDurations({ track, label }: SourceTrack): void {
  const { samples } = track;
  for (let i = 0; i < samples.count; i++) {
    const duration = sampleDuration(samples, i);
    if (duration >= 0 && duration < 2 ** 32) continue;
    const time = secondsText(at(samples.decodeTime, i));
    throw new PackError(
      "mux",
      `${label}: sample ${i + 1} (${time}) lasts ${secondsText(duration)}. Expected less than ${secondsText(2 ** 32)}.`,
      { hint: "The file has a gap, or its index is damaged." },
    );
  }
}
