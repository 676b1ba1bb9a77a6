import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { Rational, Ticks } from "../media/time.js";
import { at, type Track } from "../media/track.js";
import type { CopiedTrack } from "../plan/copyable.js";
import type { Rung } from "../plan/encode-plan.js";
import { holesInSound, withSilence } from "./holes.js";
import { moveBack, withoutLeadIn } from "./move-times.js";
import { onFrames } from "./on-frames.js";
import { readTrack } from "./read-track.js";
import { silenceBefore } from "./silence.js";
import { onSmoothClock } from "./smooth-clock.js";
import { markSyncSamples } from "./sync-samples.js";

/**
 * Reads the tables of a rung that is a track of the source itself, as if it had
 * been encoded: from 0 on, in 10 MHz ticks.
 *
 * @param rate of the package's picture; undefined when there is none
 * @throws PackError `input` or `mux` when it is not, or no longer, what the plan says
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
    throw new PackError("mux", `${path}: has no track ${trackId}.`);
  const track = await readAsIs(found, rung.codec, path);
  if (rung.kind === "audio" || rate === undefined)
    return { ...soundFrom(track, zero, rung.name), language: languageOf(rung) };
  const picture = pictureFrom(track, zero, rate, rung.name);
  await markSyncSamples(picture, path);
  return picture;
}

function languageOf(rung: Rung): string {
  return rung.kind === "audio" ? rung.language : "und";
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
    throw new PackError("mux", `${where}: is ${type}. Expected ${codecName}.`);
  return onSmoothClock(await readTrack(movieTrack, codec, path), where);
}

/** A picture whose first frame is shown at 0. Columns are changed in place. */
export function pictureFrom(
  track: Track,
  zero: Ticks,
  rate: Rational,
  where: string,
): Track {
  moveBack(track, zero);
  onFrames(track, rate, where);
  return track;
}

/** Sound from 0 on: what comes before is left out, the nearer side of a frame in two; silence before what begins late. */
export function soundFrom(track: Track, zero: Ticks, where: string): Track {
  moveBack(track, zero);
  const heard = withoutLeadIn(track);
  const holes = holesInSound(heard.samples);
  return fromZero(withSilence(heard, holes, where), where);
}

function fromZero(track: Track, where: string): Track {
  return at(track.samples.decodeTime, 0) === 0
    ? track
    : silenceBefore(track, where);
}
