import { codecNamed } from "../codecs/index.js";
import { PackError } from "../errors.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { ratio, SMOOTH_TIMESCALE, type Rational } from "../media/time.js";
import {
  at,
  byteLength,
  trackEnd,
  type Track,
  averageBitrate,
} from "../media/track.js";
import type { CopyVideo } from "../plan/copyable.js";
import type { SourceVideo } from "../probe/source-info.js";
import { cutFragments, type Fragment } from "./cut-fragments.js";
import { chooseCuts } from "./cuts-at-key-frames.js";
import { keyFrames } from "./key-frames.js";
import { videoTrackFrom, readAsIs } from "./read-copied.js";
import type { SourceTrack } from "./read-track.js";
import { requireAsIs } from "./video-shape.js";

export interface CopyOptions {
  readonly path: string;
  readonly video: SourceVideo;
  readonly rate: Rational;
  readonly gopSeconds: number;
}

/**
 * The facts about a picture that can be a rung as it is.
 *
 * @throws PackError `input` or `unsupported` when it cannot
 */
export async function readCopyableVideo(
  movieTrack: MovieTrack,
  { path, video, rate, gopSeconds }: CopyOptions,
): Promise<CopyVideo> {
  requireAsIs(movieTrack, `track ${movieTrack.trackId}`);
  const asIs = await readAsIs(movieTrack, video.codec, path);
  const coded = requireSameSize(asIs, video);
  const begin = at(asIs.samples.decodeTime, 0);
  const { trackId } = movieTrack;
  const label = `track ${trackId}`;
  const track = videoTrackFrom(asIs, begin, rate, label);
  const source: SourceTrack = {
    ...{ path, trackId, label, track },
    ...{ kind: "video", bitrate: undefined },
  };
  const fragments = await fragmentsOf(source, gopSeconds);
  return {
    ...{ trackId, begin, frameCount: track.samples.count },
    cuts: fragments.map(({ time }) =>
      Math.round((time * ratio(rate)) / SMOOTH_TIMESCALE),
    ),
    bitrate: averageBitrate(track),
    maxBitrate: fragments
      .map((fragment) => bitrateOf(track, fragment))
      .reduce((a, b) => Math.max(a, b)),
    ...{ profile: coded.profile, level: coded.level },
  };
}

/** Cuts at key frames, as near as possible to the wanted length. */
async function fragmentsOf(
  source: SourceTrack,
  gopSeconds: number,
): Promise<Fragment[]> {
  const { track, label } = source;
  const { list, error } = await keyFrames(source);
  const fragmentTicks = Math.round(gopSeconds * SMOOTH_TIMESCALE);
  const rung = { label, keyFrames: list, error };
  const cuts = chooseCuts([rung], fragmentTicks, trackEnd(track.samples));
  return cutFragments(track, cuts, label);
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
