import { PackError } from "../errors.js";
import { hasFragments, readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { at } from "../media/track.js";

/** Frame times need no second look when they lie nearer together than this. */
const USUAL_SECONDS = 10;

/** A header may count delays and the last frame in another way. */
const SAME_LENGTH_SECONDS = 60;

/**
 * Does an MP4 give the time of every frame in its tables, in order, and does its header
 * claim no more? Then its header is right. No media is read.
 */
export async function hasPlainTables(
  path: string,
  claimedSeconds: number,
): Promise<boolean> {
  try {
    if (await hasFragments(path)) return false;
    const movie = await readMovie(path);
    const ends = movie.map(endOf);
    return (
      movie.every(isPlain) &&
      claimedSeconds <= Math.max(0, ...ends) + SAME_LENGTH_SECONDS
    );
  } catch (error) {
    // ffmpeg may read what we cannot.
    if (error instanceof PackError || error instanceof RangeError) return false;
    throw error;
  }
}

function isPlain({ samples, timescale }: MovieTrack): boolean {
  const most = USUAL_SECONDS * timescale;
  for (let i = 0; i < samples.count; i++) {
    const lasts = at(samples.decodeTime, i + 1) - at(samples.decodeTime, i);
    if (lasts > most || Math.abs(at(samples.compositionOffset, i)) > most)
      return false;
  }
  return true;
}

function endOf({ samples, timescale, edits, movieTimescale }: MovieTrack) {
  const delay = edits
    .filter(({ mediaTime }) => mediaTime < 0)
    .reduce((sum, { segmentDuration }) => sum + segmentDuration, 0);
  return (
    at(samples.decodeTime, samples.count) / timescale + delay / movieTimescale
  );
}
