import { isElsewhere } from "../ffmpeg/input-options.js";
import {
  type AskFfprobe,
  rationalOf,
  type FfprobeFrame,
} from "./ask-ffprobe.js";
import { uprightSize } from "./describe-video.js";
import { isKey, type Packet } from "./packets.js";
import {
  type VideoShape,
  type SourceInfo,
  type SourceVideo,
  videoIn,
  withStream,
} from "./source-info.js";

/** Codecs with the size of the picture in the stream: it may change at each key frame. */
const CHANGING_CODECS = [
  ...["h264", "hevc", "vvc", "av1", "vp8", "vp9"],
  ...["mpeg1video", "mpeg2video", "mpeg4"],
];

/**
 * Must all key frames be decoded to know the shapes of a picture? No header gives them.
 *
 * @param begin the first packets of the picture
 */
export function mayChangeShape(
  codec: string,
  path: string,
  begin: readonly Packet[],
): boolean {
  return (
    !isElsewhere(path) &&
    CHANGING_CODECS.includes(codec) &&
    !isAllKeyFrames(begin)
  );
}

/**
 * The source with all shapes of its picture, one after another, where there are
 * several. Key frames are decoded for this, as roughly as possible.
 *
 * @param begin the first packets of the picture
 * @param keyFrames those of the picture, when they were decoded already
 */
export async function withShapes(
  source: SourceInfo,
  ask: AskFfprobe,
  begin: readonly Packet[],
  keyFrames?: readonly FfprobeFrame[],
): Promise<SourceInfo> {
  const video = videoIn(source);
  if (video === undefined) return source;
  if (!mayChangeShape(video.codec, source.path, begin)) return source;
  const shapes = shapesOf(keyFrames ?? (await decodeKeyFrames(video, ask)));
  return shapes.length < 2
    ? source
    : withStream(source, withFirstShape(video, shapes));
}

async function decodeKeyFrames(
  { index }: SourceVideo,
  ask: AskFfprobe,
): Promise<readonly FfprobeFrame[]> {
  const { frames = [] } = await ask(
    ...["-select_streams", String(index), "-skip_frame", "nokey"],
    ...["-skip_loop_filter", "all", "-skip_idct", "all"],
    ...["-show_entries", "frame=width,height,sample_aspect_ratio"],
  ).catch(() => ({ frames: [] })); // a later step reports what cannot be decoded
  return frames;
}

/** The shapes of frames, each once, in the order in which they come. */
export function shapesOf(frames: readonly FfprobeFrame[]): VideoShape[] {
  const shapes = new Map<string, VideoShape>();
  for (const {
    width = 0,
    height = 0,
    sample_aspect_ratio: announcedRatio,
  } of frames) {
    const sampleAspectRatio = rationalOf(announcedRatio) ?? { num: 1, den: 1 };
    if (width === 0 || height === 0) continue;
    const { num, den } = sampleAspectRatio;
    const key = `${width}x${height} ${num}:${den}`;
    if (!shapes.has(key)) shapes.set(key, { width, height, sampleAspectRatio });
  }
  return [...shapes.values()];
}

/** In a short file ffprobe may give a later shape as the stream's. */
function withFirstShape(
  video: SourceVideo,
  shapes: readonly VideoShape[],
): SourceVideo {
  const [first] = shapes;
  if (first === undefined) return video;
  const { sampleAspectRatio } = first;
  return {
    ...video,
    ...uprightSize(first, sampleAspectRatio, video.rotation),
    sampleAspectRatio,
    shapes,
  };
}

/** True for a camera's or an editor's file: all of it would have to be decoded, and one take has one shape. */
function isAllKeyFrames(begin: readonly Packet[]): boolean {
  const keys = begin.filter(isKey).length;
  return begin.length > 2 && keys > begin.length / 2;
}
