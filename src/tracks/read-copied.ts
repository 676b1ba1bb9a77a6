import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import {
  type Rational,
  type Ticks,
  frameTime,
  ratio,
  secondsText,
  SMOOTH_TIMESCALE,
} from "../media/time.js";
import { at, type Track, trackEnd } from "../media/track.js";
import type { CopiedTrack } from "../plan/copyable.js";
import type { Rung } from "../plan/encode-plan.js";
import { holesInAudio, withSilence } from "./holes.js";
import { readTrack } from "./read-track.js";
import { silenceBefore } from "./silence.js";
import { moveBack, withoutLeadIn, onSmoothClock } from "./smooth-clock.js";
import { markSyncSamples } from "./sync-samples.js";

/**
 * Reads the tables of a rung that is a track of the source itself, as if it had
 * been encoded: from 0 on, in 10 MHz ticks.
 *
 * @param rate of the package's picture; undefined when there is none
 * @throws PackError `input` or `unsupported` when it is not, or no longer, what the plan says
 */
export async function readCopied(
  path: string,
  rung: Rung,
  { trackId, zero }: CopiedTrack,
  rate: Rational | undefined,
): Promise<Track> {
  const movie = await readMovie(path);
  const found = movie.find((track) => track.trackId === trackId);
  if (found === undefined)
    throw new PackError("input", `${path}: has no track ${trackId}.`);
  const track = await readAsIs(found, rung.codec, path);
  if (rung.kind === "audio" || rate === undefined)
    return audioTrackFrom(track, zero, rung.name);
  const video = videoTrackFrom(track, zero, rate, rung.name);
  await markSyncSamples(video, path);
  return video;
}

/** A track on its file's own clock, in 10 MHz ticks. */
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

/** A picture whose first frame is shown at 0. Columns are changed in place. */
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

/** Sound from 0 on: what comes before is left out, the nearer side of a frame in two; silence before what begins late. */
function audioTrackFrom(track: Track, zero: Ticks, where: string): Track {
  moveBack(track, zero);
  const heard = withoutLeadIn(track);
  const holes = holesInAudio(heard.samples);
  return fromZero(withSilence(heard, holes, where), where);
}

function fromZero(track: Track, where: string): Track {
  return at(track.samples.decodeTime, 0) === 0
    ? track
    : silenceBefore(track, where);
}

/** Clocks of files count milliseconds or better. Far less than half a frame of any rate. */
const TOLERANCE: Ticks = SMOOTH_TIMESCALE / 1000;

/** Programs guess how long the last frame lasts: so far from a frame ffmpeg still makes one of it. */
const END_SHARE = 0.25;

/**
 * The pictures of a track exactly on the frames of a constant rate, so that they
 * share every tick with encoded rungs. Columns are changed in place.
 *
 * @param track in 10 MHz ticks, from 0, decoded at the times at which pictures are shown
 * @throws PackError `input` when a frame is missing, held, or not where the rate has it
 */
export function snapToFrameRate(
  { samples }: Track,
  rate: Rational,
  where: string,
): void {
  const { count, decodeTime, compositionOffset } = samples;
  const exact = (frame: number) => frameTime(frame, rate, SMOOTH_TIMESCALE);
  for (let i = 0; i < count; i++) {
    const found = at(decodeTime, i);
    if (Math.abs(found - exact(i)) > TOLERANCE)
      throw offRate(where, `frame ${i + 1} is shown`, found, exact(i), rate);
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
  found: Ticks,
  expected: Ticks,
  { num, den }: Rational,
): PackError {
  return new PackError(
    "input",
    `${where}: ${what} at ${secondsText(found)}. Expected ${secondsText(expected)}: frames one by one at ${num}/${den} a second, none held and none dropped.`,
  );
}
