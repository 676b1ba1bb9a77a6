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

/** What whole fragments do to a buffer. */
export interface BufferRun {
  /** The least fill, as a share of its size; below 0 where the line is too slow. */
  readonly least: number;
  /** Seconds of film before it is empty; undefined where it never is. */
  readonly emptyAt: number | undefined;
}

/**
 * A buffer that fragments empty. Clients load them whole, so that the pictures of each are taken out evenly: a large
 * picture inside does not matter.
 *
 * @param sizes bytes of each fragment
 * @param seconds length of each fragment
 */
export function runOfFragments(
  sizes: ArrayLike<number>,
  seconds: ArrayLike<number>,
  { maxBitrate, bufferSize }: Bucket,
): BufferRun {
  let [fill, least, begin] = [bufferSize * FIRST_FILL, Infinity, 0];
  let emptyAt: number | undefined;
  for (let i = 0; i < sizes.length; i++) {
    const length = seconds[i] ?? 0;
    const gain = maxBitrate * length - (sizes[i] ?? 0) * 8;
    if (emptyAt === undefined && fill + gain < 0)
      emptyAt = begin + (length * fill) / -gain;
    fill = Math.min(bufferSize, fill + gain);
    least = Math.min(least, fill / bufferSize);
    begin += length;
  }
  return { least: Math.min(least, FIRST_FILL), emptyAt };
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
