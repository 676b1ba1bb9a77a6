import type { Ticks } from "../media/time.js";
import { at, sampleDuration, type SampleTable } from "../media/track.js";

/** How long most samples last: the duration in the middle of all. */
export function usualDuration(samples: SampleTable): Ticks {
  const durations = Float64Array.from({ length: samples.count }, (_, i) =>
    sampleDuration(samples, i),
  );
  return at(durations.sort(), samples.count >> 1);
}
