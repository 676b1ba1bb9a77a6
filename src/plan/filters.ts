import {
  clockFilters,
  type FilmClock,
  type StreamKey,
} from "../media/film-clock.js";
import { ratio, type Rational } from "../media/time.js";
import type { SourceVideo, SourceAudio } from "../probe/source-info.js";
import {
  colourFilters,
  matrixOf,
  type FrameShape,
  type FrameSize,
} from "./colour-filters.js";
import { fragmentClockFilters } from "./source-clock.js";

/** The decisions about the picture's time. */
export interface VideoTiming {
  readonly rate: Rational;
  /** Added to all times, to put the first frame on the grid of the rate. */
  readonly shiftSeconds: number;
  /** How long the last frame is held for sound that goes on. */
  readonly holdSeconds: number;
  /** Where the source's clock jumps. */
  readonly clock?: FilmClock | undefined;
}

/**
 * Filters that all rungs share, each for a reason.
 *
 * @param largest size of the highest rung: work that costs much is done at that size
 */
export function sharedVideoFilters(
  source: SourceVideo,
  { rate, shiftSeconds, holdSeconds, clock }: VideoTiming,
  largest: FrameSize,
): string[] {
  return [
    ...countedFrames(source),
    ...clockFilters(clock, "video"),
    ...fragmentClockFilters(source.fragmentClock, "setpts"),
    ...deinterlacing(source),
    ...fitted(source),
    ...upright(source),
    // Frames between two places of the grid would be up to half a frame off.
    ...(shiftSeconds === 0 ? [] : [`setpts=PTS${signed(shiftSeconds)}/TB`]),
    // One constant rate; a late first frame is held from time 0. Every ffmpeg since
    // 2018 has this spelling of the fps filter.
    `fps=fps=${rate.num}/${rate.den}:start_time=0`,
    ...(holdSeconds === 0
      ? []
      : [`tpad=stop_mode=clone:stop_duration=${holdSeconds.toFixed(3)}`]),
    ...colourFilters(source, largest).filters,
  ];
}

/**
 * The shared filters up to the constant rate, behind which a tick is a frame of the film, and those
 * that look at each frame alone.
 */
export function splitAtGrid(filters: readonly string[]): {
  readonly toGrid: readonly string[];
  readonly behind: readonly string[];
} {
  const last = filters.findLastIndex((filter) => /^(?:fps|tpad)=/.test(filter));
  return {
    toGrid: filters.slice(0, last + 1),
    behind: filters.slice(last + 1),
  };
}

/**
 * A stream without a rate gets the assumed one: its frames follow one another at that
 * rate, whatever its clock gives.
 */
function countedFrames({ isRateAssumed, nominalRate }: SourceVideo): string[] {
  const { num, den } = nominalRate;
  return isRateAssumed ? [`setpts=N*${den}/${num}/TB`] : [];
}

/**
 * Filters that bring a picture to a rung's size, in 4:2:0 BT.709 with square pixels. Lanczos keeps edges that bicubic
 * blurs: docs/encode.md has the figures.
 */
export function rungFilters(
  source: SourceVideo,
  size: FrameSize,
  largest: FrameSize,
): string[] {
  const { frame } = colourFilters(source, largest);
  return [...scaleFilter(frame, size), "format=yuv420p", "setsar=1"];
}

/** The same filters for the same picture on every processor: ffmpeg's scaler rounds by its abilities. */
export function exactly(filters: readonly string[]): string[] {
  return filters.map((filter) =>
    filter.startsWith("scale=")
      ? filter.replace(/flags=(\w+)/, "flags=$1+accurate_rnd+bitexact")
      : filter,
  );
}

/** Fields become frames before any scaling. Telecined film stays as it is. */
function deinterlacing({ scan, seenFieldOrder }: SourceVideo): string[] {
  if (scan !== "interlaced") return [];
  return [`bwdif=mode=send_frame:parity=${seenFieldOrder ?? "auto"}:deint=all`];
}

/**
 * Fits parts of other shapes into the first shape's square pixels. Only filters that
 * look at each frame can do this, because ffmpeg must not build them anew.
 */
function fitted({ shapes, ...source }: SourceVideo): string[] {
  if (shapes === undefined) return [];
  const lies = source.rotation % 180 === 90;
  const width = even(lies ? source.height : source.width);
  const height = even(lies ? source.width : source.height);
  const isWider = `gt(iw*sar*${height},ih*${width})`;
  const w = `if(${isWider},${width},max(2,2*round(${height}*iw*sar/ih/2)))`;
  const h = `if(${isWider},max(2,2*round(${width}*ih/(iw*sar)/2)),${height})`;
  return [
    `scale=w='min(${width},${w})':h='min(${height},${h})':flags=bicubic:eval=frame`,
    `pad=w=${width}:h=${height}:x='2*trunc((ow-iw)/4)':y='2*trunc((oh-ih)/4)':eval=frame`,
    "setsar=1",
  ];
}

function even(size: number): number {
  return Math.max(2, 2 * Math.round(size / 2));
}

/**
 * Turns the picture with filters. ffmpeg must not turn it itself, because versions
 * differ: those of 2018 ignore the orientation of a frame, and all turn fields before
 * they are woven.
 */
function upright({ rotation, mirrored = false }: SourceVideo): string[] {
  const turn = TURNS[rotation] ?? [`rotate=${rotation}*PI/180`];
  return mirrored ? ["hflip", ...turn] : turn;
}

const TURNS: Readonly<Record<number, string[]>> = {
  0: [],
  90: ["transpose=clock"],
  180: ["hflip", "vflip"],
  270: ["transpose=cclock"],
};

function scaleFilter(frame: FrameShape, size: FrameSize): string[] {
  const matrix = matrixOf(frame);
  const isRightSize =
    size.width === frame.width &&
    size.height === frame.height &&
    ratio(frame.sampleAspectRatio) === 1;
  // Any picture but 8-bit 4:2:0 is converted, and the filter needs the matrix.
  const isRightColor =
    matrix === "bt709" && !frame.fullRange && frame.pixelFormat === "yuv420p";
  if (isRightSize && isRightColor) return [];
  const color = `in_color_matrix=${matrix}:out_color_matrix=bt709`;
  const range = `in_range=${frame.fullRange ? "pc" : "tv"}:out_range=tv`;
  return [
    `scale=w=${size.width}:h=${size.height}:flags=lanczos:${color}:${range}`,
  ];
}

function signed(seconds: number): string {
  return `${seconds < 0 ? "-" : "+"}${Math.abs(seconds).toFixed(6)}`;
}

/** The decisions about the sound. */
export interface AudioShape {
  readonly sampleRate: number;
  readonly channels: number;
  /** Filter that gives mono sound its second channel; undefined where it is not needed. */
  readonly spread?: string | undefined;
  /** Added to all times: the picture's shift. */
  readonly shiftSeconds: number;
  /** The least length; undefined when the sound ends by itself. */
  readonly endSeconds: number | undefined;
  /** The most length; left out when the sound ends by itself. */
  readonly cutSeconds?: number;
  /** Where the source's clock jumps. */
  readonly clock?: FilmClock | undefined;
  /** The sound's name on that clock. */
  readonly streamKey: StreamKey;
}

/** Filters that give sound from time 0 without holes. */
export function audioFilters(shape: AudioShape): string[] {
  const { sampleRate, shiftSeconds, endSeconds, cutSeconds } = shape;
  const { spread, clock, streamKey } = shape;
  const sign = shiftSeconds < 0 ? "-" : "+";
  const shift = `asetpts=PTS${sign}${Math.abs(shiftSeconds).toFixed(6)}/TB`;
  return [
    ...clockFilters(clock, streamKey),
    ...(shiftSeconds === 0 ? [] : [shift]),
    // async=1 fills holes with silence; first_pts=0 fills or trims the start. By
    // default it ignores holes below a tenth of a second, which make all later sound
    // early. A limit below a twentieth would cut into whole sound whose times tremble
    // by 10 ms, and click.
    `aresample=${sampleRate}:async=1:first_pts=0:min_hard_comp=0.05`,
    ...(spread === undefined ? [] : [spread]),
    ...(cutSeconds === undefined ? [] : [`atrim=end=${cutSeconds.toFixed(6)}`]),
    ...(endSeconds === undefined ? [] : [padding(endSeconds, sampleRate)]),
  ];
}

/**
 * Puts mono sound into both channels at its own loudness: ffmpeg's way from one channel
 * to two takes 3 dB off. The filter names channels where it can, because a broadcast
 * that begins in mono may go on in stereo. But a lone left channel has no centre.
 */
export function spreadFilter(
  { channels, layout = "mono" }: SourceAudio,
  outputChannels: number,
): string | undefined {
  if (channels !== 1 || outputChannels !== 2) return undefined;
  return layout === "mono"
    ? "pan=stereo|FL<FL+FC|FR<FR+FC"
    : "pan=stereo|c0=c0|c1=c0";
}

/** Silence after the end. */
function padding(endSeconds: number, sampleRate: number): string {
  return `apad=whole_len=${Math.ceil(endSeconds * sampleRate)}`;
}

/**
 * Notes on the sound for the listener.
 *
 * @param sound its name in notes
 * @param beginSeconds where the package begins in the film
 */
export function audioNotes(
  source: SourceAudio,
  { channels }: AudioShape,
  sound: string,
  beginSeconds = 0,
): string[] {
  const lateSeconds = source.startSeconds - beginSeconds;
  return [
    ...(source.channels > channels
      ? [`${sound}: ${source.channels} channels mixed down to ${channels}`]
      : []),
    ...(lateSeconds > 0.1
      ? [
          `${sound} begins ${lateSeconds.toFixed(2)} s late: filled with silence`,
        ]
      : []),
  ];
}
