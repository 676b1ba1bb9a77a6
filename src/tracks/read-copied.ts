import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { FrameRange } from "../media/fragment-length.js";
import {
  type Rational,
  type Ticks,
  frameTime,
  ratio,
  secondsText,
  SMOOTH_TIMESCALE,
} from "../media/time.js";
import { at, sliceTable, type Track, trackEnd } from "../media/track.js";
import type { CopiedTrack } from "../plan/copyable.js";
import type { Rung } from "../plan/encode-plan.js";
import { holesInAudio, withSilence } from "./holes.js";
import { readTrack } from "./read-track.js";
import { silenceBefore } from "./silence.js";
import { moveBack, withoutLeadIn, onSmoothClock } from "./smooth-clock.js";
import { markSyncSamples } from "./sync-samples.js";

/**
 * Reads the tables of a rung that is a track of the source, as if it had been encoded:
 * from 0 on, in 10 MHz ticks.
 *
 * @param rate of the package's picture; undefined when there is none
 * @param frames of a picture of which a part is packaged; they begin with a key frame
 * @throws PackError `input` or `unsupported` when the track differs from the plan, or
 * has changed since
 */
export async function readCopied(
  path: string,
  rung: Rung,
  copied: CopiedTrack,
  rate: Rational | undefined,
  frames?: FrameRange,
): Promise<Track> {
  const movie = await readMovie(path);
  const { trackId = movie[0]?.trackId } = copied;
  const match = movie.find((track) => track.trackId === trackId);
  if (match === undefined)
    throw new PackError("input", `${path}: has no track ${trackId}.`);
  const track = await readAsIs(match, rung.codec, path);
  if (rung.kind === "audio" || rate === undefined)
    return audioTrackFrom(track, zeroOf(copied, track), rung.name);
  const film = videoTrackFrom(track, copied.zero, rate, rung.name);
  const video = partOfTrack(film, frames, rate, rung.name);
  await markSyncSamples(video, path);
  return video;
}

/** ffmpeg rounds the begin of a track to milliseconds. */
const ROUNDED: Ticks = 0.002 * SMOOTH_TIMESCALE;

/** When the package begins on the track's own clock. The plan knows exactly when a track taken out begins. */
function zeroOf(copied: CopiedTrack, { samples }: Track): Ticks {
  if (copied.trackId !== undefined) return copied.zero;
  const off = at(samples.decodeTime, 0) - copied.begin;
  return Math.abs(off) <= ROUNDED ? copied.zero + off : copied.zero;
}

/** A track with the times of its own file, in 10 MHz ticks. */
export async function readAsIs(
  movieTrack: MovieTrack,
  codecName: string,
  path: string,
): Promise<Track> {
  const where = `${path} track ${movieTrack.trackId}`;
  const { type } = movieTrack.sampleEntry;
  const codec = codecOfSampleEntry(type);
  if (codec?.name !== codecName)
    throw new PackError(
      "unsupported",
      `${where}: is ${type}. Expected ${codecName}.`,
    );
  return onSmoothClock(await readTrack(movieTrack, codec, path), where);
}

/** A picture track whose first frame is shown at 0. The columns are changed in place. */
export function videoTrackFrom(
  track: Track,
  zero: Ticks,
  rate: Rational,
  where: string,
): Track {
  moveBack(track, zero);
  snapToFrameRate(track, rate, where);
  return track;
}

/** A part of a picture track, from 0 on. Its columns are those of the track, changed in place. */
export function partOfTrack(
  track: Track,
  frames: FrameRange | undefined,
  rate: Rational,
  where: string,
): Track {
  if (frames === undefined) return track;
  const { count } = track.samples;
  const { from, to = count } = frames;
  // What a source has lost since the plan was made, the other rungs miss, too.
  const samples = sliceTable(track.samples, from, Math.min(to, count));
  const part = { ...track, samples };
  moveBack(part, frameTime(from, rate, SMOOTH_TIMESCALE));
  snapToFrameRate(part, rate, where);
  return part;
}

/**
 * The sound from 0 on. Earlier frames are left out. A frame that crosses 0 is kept or
 * dropped by its nearer side. Sound that begins late gets silence before it.
 */
function audioTrackFrom(track: Track, zero: Ticks, where: string): Track {
  moveBack(track, zero);
  const playedTrack = withoutLeadIn(track);
  const holes = holesInAudio(playedTrack.samples);
  return fromZero(withSilence(playedTrack, holes, where), where);
}

function fromZero(track: Track, where: string): Track {
  return at(track.samples.decodeTime, 0) === 0
    ? track
    : silenceBefore(track, where);
}

/** Clocks of files count milliseconds or better. This is far less than half a frame of any rate. */
const TOLERANCE: Ticks = SMOOTH_TIMESCALE / 1000;

/**
 * Programs guess how long the last frame lasts. A guess this close to a frame still
 * gives one frame in ffmpeg.
 */
const END_SHARE = 0.25;

/**
 * Puts the pictures of a track exactly on the frames of a constant rate, so that they
 * share every tick with encoded rungs. The columns are changed in place.
 *
 * @param track in 10 MHz ticks, from 0, decoded at the times at which pictures are
 * shown
 * @throws PackError `input` when a frame is missing, held, or off the frames of the
 * rate
 */
export function snapToFrameRate(
  { samples }: Track,
  rate: Rational,
  where: string,
): void {
  const { count, decodeTime, compositionOffset } = samples;
  const exact = (frame: number) => frameTime(frame, rate, SMOOTH_TIMESCALE);
  for (let i = 0; i < count; i++) {
    const actualTime = at(decodeTime, i);
    if (Math.abs(actualTime - exact(i)) > TOLERANCE)
      throw offRate(
        where,
        `frame ${i + 1} is shown`,
        actualTime,
        exact(i),
        rate,
      );
  }
  const end = trackEnd(samples);
  if (Math.abs(end - exact(count)) > END_SHARE * exact(1))
    throw offRate(where, "the last frame ends", end, exact(count), rate);
  for (let i = 0; i < count; i++) {
    const shown = at(decodeTime, i) + at(compositionOffset, i);
    const frame = Math.round((shown * ratio(rate)) / SMOOTH_TIMESCALE);
    compositionOffset[i] = exact(frame) - exact(i);
  }
  for (let i = 0; i <= count; i++) decodeTime[i] = exact(i);
}

function offRate(
  where: string,
  what: string,
  actualTime: Ticks,
  expected: Ticks,
  { num, den }: Rational,
): PackError {
  return new PackError(
    "input",
    `${where}: ${what} at ${secondsText(actualTime)}. Expected ${secondsText(expected)}: frames one by one at ${num}/${den} a second, none held and none dropped.`,
  );
}
