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

type Pictures = Pick<Track, "samples" | "timescale">;

/**
 * The least fill of the buffer while a picture is played, as a share of its size; below 0 where the line is too slow.
 * ISO/IEC 14496-10 annex C, with pictures that are taken out at once.
 */
export function leastFill(
  pictures: Pictures,
  bucket: Bucket,
): { readonly fill: number; readonly sample: number } {
  let least = { fill: 1, sample: 0 };
  play(pictures, bucket, FIRST_FILL, (fill, sample) => {
    if (fill < least.fill) least = { fill, sample };
  });
  return least;
}

/** How full the buffer is behind the last picture, as a share of its size. */
export function lastFill(
  pictures: Pictures,
  bucket: Bucket,
  first = FIRST_FILL,
): number {
  return play(pictures, bucket, first);
}

function play(
  { samples, timescale }: Pictures,
  { maxBitrate, bufferSize }: Bucket,
  first: number,
  onPicture?: (fill: number, sample: number) => void,
): number {
  let fill = bufferSize * first;
  for (let i = 0; i < samples.count; i++) {
    fill -= at(samples.size, i) * 8;
    onPicture?.(fill / bufferSize, i);
    const seconds = sampleDuration(samples, i) / timescale;
    fill = Math.min(bufferSize, fill + maxBitrate * seconds);
  }
  return fill / bufferSize;
}
