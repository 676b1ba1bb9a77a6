import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import { at, byteLength } from "../media/track.js";
import type { MovieTrackPlan } from "./lay-out.js";
import { tableTimes } from "./track-times.js";

/**
 * Reads a movie back, with the reader that reads every film, and compares it with what was to be written.
 *
 * @throws PackError `verify`
 */
export async function checkMovie(
  path: string,
  tracks: readonly MovieTrackPlan[],
): Promise<void> {
  const read = await readMovie(path);
  const found = read.map(({ kind, language, samples, timescale }) => ({
    ...{ kind, language, timescale, samples: samples.count },
    bytes: byteLength(samples),
    end: at(samples.decodeTime, samples.count),
    shown: shownSum(samples.compositionOffset, samples.count),
  }));
  const expected = tracks.map(({ track }) => {
    const { format, language, samples } = track;
    const { timescale, durations, shownAfter } = tableTimes(track);
    return {
      ...{ kind: format.kind, language, timescale, samples: samples.count },
      bytes: byteLength(samples),
      end: durations.reduce((sum, one) => sum + one, 0),
      shown: shownSum(shownAfter, samples.count),
    };
  });
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is === should) return;
  throw new PackError(
    "verify",
    `${path}: its tracks are ${is}. Expected ${should}.`,
  );
}

function shownSum(offsets: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += offsets[i] ?? 0;
  return sum;
}
