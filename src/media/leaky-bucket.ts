import { at, sampleDuration, type Track } from "./track.js";

/** A line of a constant rate that fills a buffer, and pictures that empty it. */
export interface Bucket {
  /** Of the line, in bits per second. */
  readonly maxBitrate: number;
  /** In bits. */
  readonly bufferSize: number;
}

/** How full the buffer is when the first picture is taken out: x264's vbv-init. */
const FIRST_FILL = 0.9;

/**
 * The least fill of the buffer while a picture is played, as a share of its size; below 0 where the line is too slow.
 * ISO/IEC 14496-10 annex C, with pictures that are taken out at once.
 */
export function leastFill(
  { samples, timescale }: Pick<Track, "samples" | "timescale">,
  { maxBitrate, bufferSize }: Bucket,
): { readonly fill: number; readonly sample: number } {
  let fill = bufferSize * FIRST_FILL;
  let least = { fill: 1, sample: 0 };
  for (let i = 0; i < samples.count; i++) {
    fill -= at(samples.size, i) * 8;
    if (fill < least.fill * bufferSize)
      least = { fill: fill / bufferSize, sample: i };
    const seconds = sampleDuration(samples, i) / timescale;
    fill = Math.min(bufferSize, fill + maxBitrate * seconds);
  }
  return least;
}
