import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { ReadMovieOptions } from "../isobmff/movie-fragments.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { at } from "../media/track.js";

/** When the frames of a track are shown, in 10 MHz ticks of its own file. */
export interface ShownTimes {
  readonly times: BigInt64Array;
  /** No time is known better than to a tick of the track, in 10 MHz ticks. */
  readonly tick: bigint;
}

/** By the boxes of a file of fragments, which is read anew. @throws PackError `input` when it has no such track */
export async function timesInFragments(
  path: string,
  trackId: number,
  options: ReadMovieOptions = {},
): Promise<ShownTimes> {
  const movie = await readMovie(path, options);
  const track = movie.find((one) => one.trackId === trackId);
  if (track === undefined)
    throw new PackError("input", `${path}: has no track ${trackId}.`);
  const { samples, timescale, originSeconds } = track;
  const begin = BigInt(originSeconds) * BigInt(timescale) - leadOf(track);
  const times = new BigInt64Array(samples.count);
  for (let i = 0; i < samples.count; i++) {
    const shown = at(samples.decodeTime, i) + at(samples.compositionOffset, i);
    times[i] = onSmoothClock(begin + BigInt(shown), timescale);
  }
  return { times, tick: tickOf(timescale) };
}

/** By ffmpeg, which applies the edit lists of a plain file. */
export function timesOnClock(
  times: BigInt64Array,
  timescale: number,
): ShownTimes {
  return {
    times: times.map((time) => onSmoothClock(time, timescale)),
    tick: tickOf(timescale),
  };
}

function onSmoothClock(time: bigint, timescale: number): bigint {
  return rescaleExact(time, timescale, SMOOTH_TIMESCALE);
}

function tickOf(timescale: number): bigint {
  return BigInt(Math.ceil(SMOOTH_TIMESCALE / timescale));
}

/** How much later in its media the film begins, in ticks of the track. */
function leadOf({ edits, timescale, movieTimescale }: MovieTrack): bigint {
  const shown = edits.findIndex(({ mediaTime }) => mediaTime >= 0);
  const empty = edits
    .slice(0, Math.max(0, shown))
    .reduce((sum, { segmentDuration }) => sum + segmentDuration, 0);
  const lead = edits[shown]?.mediaTime ?? 0;
  return BigInt(lead - Math.round((empty * timescale) / movieTimescale));
}

/** How far a track was moved. */
export interface Moved {
  readonly file: string;
  /** New times less old ones. */
  readonly by: bigint;
  readonly tick: bigint;
}

/** The frames of an old and a new track that are the same. */
export interface SameFrames {
  readonly file: string;
  readonly old: ShownTimes;
  readonly made: BigInt64Array;
  /** The numbers of a frame in both: the old one, and the new one. */
  readonly pairs: readonly (readonly [old: number, made: number])[];
}

/**
 * Each frame of a track must be moved by the same time. Only the first may begin earlier: a picture that is held from
 * the begin of the film, or a frame of sound that an edit cuts.
 *
 * @throws PackError `verify` naming the first frame that is not where it was
 */
export function movedBy({ file, old, made, pairs }: SameFrames): Moved {
  const moves = pairs.map(
    ([from, to]) => (made[to] ?? 0n) - (old.times[from] ?? 0n),
  );
  const [first = 0n, by = first] = moves;
  const wrong = moves.findIndex((move, i) => {
    const off = move - by;
    return i === 0 ? off > old.tick : off > old.tick || off < -old.tick;
  });
  if (wrong < 0) return { file, by, tick: old.tick };
  const off = (moves[wrong] ?? 0n) - by;
  throw new PackError(
    "verify",
    `${file}: frame ${wrong + 1} of the old ones is shown ${off} ticks of 100 ns away from its time. Expected the same times for all.`,
  );
}

/** @throws PackError `verify` when one track is moved against another */
export function requireTogether(moved: readonly Moved[]): void {
  const [first] = moved;
  for (const { file, by, tick } of first ? moved : []) {
    const off = by - (first?.by ?? 0n);
    const most = tick + (first?.tick ?? 0n);
    if (off <= most && off >= -most) continue;
    throw new PackError(
      "verify",
      `${file}: is moved by ${off} ticks of 100 ns against ${first?.file}. Expected the times of the old package.`,
    );
  }
}
