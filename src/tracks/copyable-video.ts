import { codecNamed } from "../codecs/index.js";
import { PackError } from "../errors.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { ratio, SMOOTH_TIMESCALE, type Rational } from "../media/time.js";
import {
  fragmentBegins,
  eachFragment,
  type Fragment,
  type Fragments,
} from "../media/fragments.js";
import {
  at,
  byteLength,
  trackEnd,
  type Track,
  averageBitrate,
} from "../media/track.js";
import type { CopyVideo } from "../plan/copyable.js";
import { framesAtKeyFrames } from "../plan/copied-part.js";
import { hasRange, type RangeSettings } from "../plan/range.js";
import type { SourceVideo } from "../probe/source-info.js";
import { cutFragments } from "./cut-fragments.js";
import { chooseCuts, type CutRung } from "./cuts-at-key-frames.js";
import { keyFrames, type KeyFrame } from "./key-frames.js";
import { partOfTrack, videoTrackFrom, readAsIs } from "./read-copied.js";
import type { SourceTrack } from "./read-track.js";
import { requireAsIs } from "./video-shape.js";

export interface CopyOptions {
  readonly path: string;
  readonly video: SourceVideo;
  readonly rate: Rational;
  readonly gopSeconds: number;
  /** The part of the film that is packaged. */
  readonly range: RangeSettings;
}

/**
 * The facts about a picture that can be a rung as it is.
 *
 * @throws PackError `input` or `unsupported` when it cannot
 */
export async function readCopyableVideo(
  movieTrack: MovieTrack,
  { path, video, rate, gopSeconds, range }: CopyOptions,
): Promise<CopyVideo> {
  requireAsIs(movieTrack, `track ${movieTrack.trackId}`);
  const asIs = await readAsIs(movieTrack, video.codec, path);
  const coded = requireSameSize(asIs, video);
  const begin = at(asIs.samples.decodeTime, 0);
  const { trackId } = movieTrack;
  const label = `track ${trackId}`;
  const film = videoTrackFrom(asIs, begin, rate, label);
  const source: SourceTrack = {
    ...{ path, trackId, label, track: film },
    ...{ kind: "video", bitrate: undefined },
  };
  const { list, error } = await keyFrames(source);
  const filmFrames = film.samples.count;
  const starts = list.map(({ sample }) => sample);
  const frames = hasRange(range)
    ? framesAtKeyFrames(starts, rate, range)
    : undefined;
  const track = partOfTrack(film, frames, rate, label);
  const { from = 0 } = frames ?? {};
  const inPart = starts.map((sample) => sample - from);
  const rung = { label, keyFrames: keyFramesAt(inPart, track), error };
  const fragments = fragmentsOf(rung, track, gopSeconds);
  return {
    ...{ trackId, begin, filmFrames, ...(frames && { frames }) },
    frameCount: track.samples.count,
    cuts: fragmentBegins(fragments).map((time) =>
      Math.round((time * ratio(rate)) / SMOOTH_TIMESCALE),
    ),
    bitrate: averageBitrate(track),
    maxBitrate: [...eachFragment(fragments)]
      .map((fragment) => bitrateOf(track, fragment))
      .reduce((a, b) => Math.max(a, b)),
    ...{ profile: coded.profile, level: coded.level },
  };
}

/** Those of these samples that the track has. */
function keyFramesAt(list: readonly number[], { samples }: Track): KeyFrame[] {
  return list
    .filter((sample) => sample >= 0 && sample < samples.count)
    .map((sample) => ({ sample, time: at(samples.decodeTime, sample) }));
}

/** Cuts at key frames, as near as possible to the wanted length. */
function fragmentsOf(
  rung: CutRung,
  track: Track,
  gopSeconds: number,
): Fragments {
  const fragmentTicks = Math.round(gopSeconds * SMOOTH_TIMESCALE);
  const cuts = chooseCuts([rung], fragmentTicks, trackEnd(track.samples));
  return cutFragments(track, cuts, rung.label);
}

function bitrateOf(
  { samples }: Track,
  { firstSample, endSample, duration }: Fragment,
): number {
  const bits = 8 * byteLength(samples, firstSample, endSample);
  return Math.round((bits * SMOOTH_TIMESCALE) / duration);
}

/** The sample entry, the stream and ffprobe must give one size: the client sees the stream's. */
function requireSameSize(
  { codec, config, format }: Track,
  { width, height }: SourceVideo,
) {
  const coded = codecNamed(codec).codedPicture(config);
  if (coded === undefined || format.kind !== "video")
    throw new PackError("input", `${codec} is not a video codec.`);
  if (coded.reason !== undefined) throw new PackError("input", coded.reason);
  const sizes = [format, coded, { width, height }];
  if (format.displayWidth !== undefined)
    sizes.push({ width: format.displayWidth, height: format.height });
  const texts = sizes.map((size) => `${size.width}x${size.height}`);
  if (texts.every((text) => text === texts[0])) return coded;
  throw new PackError(
    "input",
    `its size is told as ${texts.join(", ")}. Expected one size.`,
  );
}
