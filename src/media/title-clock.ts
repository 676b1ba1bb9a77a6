import type { AdaptiveStream, AdaptiveTitle } from "./adaptive-title.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "./time.js";

/** When a title begins and how long it lasts, in 10 MHz ticks. A live archive begins hours after 0. */
export interface TitleClock {
  readonly begin: bigint;
  readonly duration: bigint;
}

export function titleClock({ streams }: AdaptiveTitle): TitleClock {
  const played = streams.filter(({ times }) => times.length > 0);
  const media = played.filter(({ kind }) => kind !== "text");
  const [first, ...rest] = media.length > 0 ? media : played;
  if (first === undefined) return { begin: 0n, duration: 0n };
  let [begin, end] = [beginOf(first), endOf(first)];
  for (const stream of rest) {
    if (beginOf(stream) < begin) begin = beginOf(stream);
    if (endOf(stream) > end) end = endOf(stream);
  }
  return { begin, duration: end - begin };
}

function beginOf({ times, timescale }: AdaptiveStream): bigint {
  return rescaleExact(times[0] ?? 0n, timescale, SMOOTH_TIMESCALE);
}

function endOf({ times, durations, timescale }: AdaptiveStream): bigint {
  const end = (times.at(-1) ?? 0n) + (durations.at(-1) ?? 0n);
  return rescaleExact(end, timescale, SMOOTH_TIMESCALE);
}

/** Seconds until the next fragment begins: a gap counts for the fragment before it. */
export function segmentSeconds(stream: AdaptiveStream): Float64Array {
  const { times, durations, timescale } = stream;
  return Float64Array.from(durations, (duration, i) => {
    const next = times[i + 1];
    const ticks = next === undefined ? duration : next - (times[i] ?? 0n);
    return Number(ticks) / timescale;
  });
}
