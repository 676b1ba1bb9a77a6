/** Bits per second. */
export interface MeasuredBitrates {
  readonly peak: number;
  readonly average: number;
}

/**
 * The bitrates of consecutive fragments. The peak is that of the most expensive stretch which lasts
 * 0.5 to 1.5 times as long as the longest fragment. RFC 8216 4.1
 *
 * @param sizes bytes of each fragment
 * @param seconds length of each fragment
 */
export function measureBitrates(
  sizes: Float64Array,
  seconds: Float64Array,
): MeasuredBitrates {
  const total = seconds.reduce((sum, one) => sum + one, 0);
  const bytes = sizes.reduce((sum, one) => sum + one, 0);
  const average = rateOf(bytes, total);
  const target = seconds.reduce((most, one) => Math.max(most, one), 0);
  let peak = average;
  for (let first = 0; first < sizes.length; first++) {
    let [stretch, stretchBytes] = [0, 0];
    for (let i = first; i < sizes.length; i++) {
      stretch += seconds[i] ?? 0;
      stretchBytes += sizes[i] ?? 0;
      if (stretch > 1.5 * target) break;
      if (stretch < 0.5 * target) continue;
      peak = Math.max(peak, rateOf(stretchBytes, stretch));
    }
  }
  return { peak, average };
}

function rateOf(bytes: number, seconds: number): number {
  return seconds > 0 ? Math.ceil((bytes * 8) / seconds) : 0;
}
