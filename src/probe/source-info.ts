import type { ClockJump, FilmClock, StreamKey } from "../media/film-clock.js";
import type { Rational } from "../media/time.js";

/** Facts about a source file, as ffprobe sees them. Plain data: it can be printed as JSON and kept. */
export interface SourceInfo {
  /** Absolute path, or a URL. */
  readonly path: string;
  readonly sizeBytes: number;
  /** ffprobe's name of the container's demuxer, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** ffmpeg's time 0 on the file's own clock, in seconds; missing when it is 0. */
  readonly zeroSeconds?: number;
  /** Length of the longest stream, from its packets or from tables that list every frame. */
  readonly durationSeconds: number;
  /** The packets were looked at, and the lengths are theirs. */
  readonly isMeasured?: boolean;
  /** A wrong length in the header of a whole file. */
  readonly claimedSeconds?: number;
  /** The length in the header of a cut-off file. */
  readonly promisedSeconds?: number;
  /** How the file's clock becomes the film's, where it jumps. */
  readonly clock?: FilmClock;
  /** The file ends like a recording that broke off: its length is right. */
  readonly endsInPacket?: boolean;
  /** How the file itself shows that its end is missing. */
  readonly cutOff?: string;
  /** The streams to use: pictures first, then sound, then text. */
  readonly streams: readonly SourceStream[];
  /** Streams that do not reach the package, and why. */
  readonly ignored: readonly IgnoredStream[];
  /** As the file lists them; missing when it has none. */
  readonly chapters?: readonly SourceChapter[];
}

/** Where a part of the film begins, and what the file calls it. */
export interface SourceChapter {
  readonly startSeconds: number;
  /** Empty when it has none. */
  readonly title: string;
}

export type SourceStream = SourceVideo | SourceAudio | SourceText;

/** The picture, if there is one. */
export function videoIn({
  streams,
}: Pick<SourceInfo, "streams">): SourceVideo | undefined {
  return streams.find((stream) => stream.kind === "video");
}

/** Every sound. */
export function audioIn({
  streams,
}: Pick<SourceInfo, "streams">): SourceAudio[] {
  return streams.filter((stream) => stream.kind === "audio");
}

/** The stream's name on the film's clock. */
export function streamKeyOf(
  source: Pick<SourceInfo, "streams">,
  { kind, index }: SourceVideo | SourceAudio,
): StreamKey {
  if (kind === "video") return kind;
  return audioIn(source)[0]?.index === index ? kind : `${kind} ${index}`;
}

/** The name of a sound in notes: its language and number where there are several. */
export function audioLabel(
  source: Pick<SourceInfo, "streams">,
  sound: SourceAudio,
): string {
  if (audioIn(source).length < 2) return "sound";
  return `sound ${sound.language} (stream ${indexesOf(sound).join("+")})`;
}

/** ffprobe's indexes of all streams behind this one. */
export function indexesOf(stream: SourceStream): readonly number[] {
  const joined = stream.kind === "audio" ? stream.joined : undefined;
  return joined ?? [stream.index];
}

/** The source with one stream replaced. */
export function withStream<S extends Pick<SourceInfo, "streams">>(
  source: S,
  changed: SourceStream,
): S {
  const streams = source.streams.map((stream) =>
    stream.index === changed.index ? changed : stream,
  );
  return { ...source, streams };
}

/** When the last of some streams ends, in seconds. */
export function lastEnd(streams: readonly SourceStream[]): number {
  return streams
    .map((stream) => stream.startSeconds + stream.durationSeconds)
    .reduce((a, b) => Math.max(a, b), 0);
}

export interface SourceText {
  readonly kind: "text";
  /** ffprobe's stream index in the file. */
  readonly index: number;
  readonly codec: string;
  /** ISO 639-2/T; `und` when unknown. */
  readonly language: string;
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

export interface SourceVideo {
  readonly kind: "video";
  /** ffprobe's stream index in the file. */
  readonly index: number;
  readonly codec: string;
  /** Upright size in square pixels: after rotation and sample aspect ratio. */
  readonly width: number;
  readonly height: number;
  /** Clockwise degrees by which the picture must be turned; nearly always 0, 90, 180 or 270. */
  readonly rotation: number;
  /** The picture must also be mirrored from left to right, before it is turned. */
  readonly mirrored?: boolean;
  readonly sampleAspectRatio: Rational;
  /** All shapes of the picture, the first one first, where they change in mid-stream. */
  readonly shapes?: readonly VideoShape[];
  /** Lowest rate that can represent all timestamps (ffprobe's r_frame_rate). */
  readonly nominalRate: Rational;
  /** Frames divided by duration (ffprobe's avg_frame_rate). */
  readonly averageRate: Rational;
  /** A bare stream gives no rate: its frames are counted. */
  readonly isRateAssumed?: boolean;
  /** How far apart the first frames really are; undefined when the file does not time its frames. */
  readonly frameTiming?: FrameTiming;
  readonly pixelFormat: string;
  readonly scan: Scan;
  /** The first field, where it was seen and not declared: frames then do not carry it. */
  readonly seenFieldOrder?: "tff" | "bff";
  /** Profile of a Dolby Vision picture. */
  readonly dolbyVisionProfile?: number;
  /** Names as ffprobe prints them; empty when the file does not say. */
  readonly colorMatrix: string;
  readonly colorTransfer: string;
  readonly colorPrimaries: string;
  readonly fullRange: boolean;
  /** The times of fragments that ffmpeg cannot read. */
  readonly fragmentClock?: FragmentClock;
  /** Start of the first picture that can be decoded. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** Length of the pictures before that: the recording begins between two key frames. */
  readonly undecodedSeconds?: number;
  /** The longest time between two pictures that decode alone, where packets were looked at. */
  readonly gopSeconds?: number;
}

/** Size and pixels of frames as they are coded. */
export interface VideoShape {
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: Rational;
}

/** How a picture's lines were taken; `telecined`: film spread over fields, 2:3. */
export type Scan = "progressive" | "interlaced" | "telecined";

export interface FrameTiming {
  /** The rate of most gaps between frames. */
  readonly usualRate: Rational;
  /** Share of gaps that differ from it by more than a quarter, 0 to 1. */
  readonly irregularShare: number;
}

export interface SourceAudio {
  readonly kind: "audio";
  /** ffprobe's stream index in the file; of the first stream where several are joined. */
  readonly index: number;
  /** Indexes of mono streams that are its channels, in this order; missing when it is one stream. */
  readonly joined?: readonly number[];
  readonly codec: string;
  readonly channels: number;
  /** ffprobe's name of its channel layout, such as `mono` or `5.1(side)`; missing when unknown. */
  readonly layout?: string;
  readonly sampleRate: number;
  /** Bits per second of E-AC-3 and AC-3, by their frames. */
  readonly bitrate?: number;
  /** ISO 639-2/T; `und` when unknown. */
  readonly language: string;
  /** Why it is packaged, where the file has several sounds. */
  readonly reason?: string;
  readonly fragmentClock?: FragmentClock;
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/** The true times of fragments that give them in a way that ffmpeg does not read. ffmpeg adds durations up. */
export interface FragmentClock {
  /** When ffmpeg lets the first frame begin, and when it really does. */
  readonly toldSeconds: number;
  readonly startSeconds: number;
  readonly steps: readonly ClockStep[];
  /** Gaps too large for a loss: the film goes on. */
  readonly jumps?: readonly ClockJump[];
}

/** A gap between two fragments where something is missing. */
export interface ClockStep {
  /** The place by the sum of durations, counted from the first frame. */
  readonly fromSeconds: number;
  /** How much later everything behind it is than before. */
  readonly bySeconds: number;
}

export interface IgnoredStream {
  readonly index: number;
  /** ffprobe's codec_type: video, audio, subtitle, data, attachment. */
  readonly type: string;
  readonly codec: string;
  /** ISO 639-2/T; missing when unknown. */
  readonly language?: string;
  readonly title?: string;
  /** The file's purpose for it, in ffprobe's words, such as `comment`; missing when there is none. */
  readonly dispositions?: readonly string[];
  readonly reason: string;
}

/** A time of the source that cannot be decoded, in seconds from its start. */
export interface LostTime {
  readonly stream: "video" | "audio";
  /** ffprobe's number of the sound, where several are packaged. */
  readonly index?: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}
