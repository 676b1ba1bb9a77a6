import { encoderOf, type DolbyName } from "../codecs/index.js";
import type { SourceInfo } from "../probe/source-info.js";
import type { FragmentGrid, FrameRange } from "../media/fragment-length.js";
import type { Ticks } from "../media/time.js";
import type { TextSubtype } from "../media/track.js";
import type { CopiedTrack, CopyChoice } from "./copyable.js";
import type { HardwareEncoderName } from "./hardware-encoders.js";
import type { RungLoudness } from "./loudness.js";
import type { LadderFit } from "./ladder-fit.js";
import type { H264Profile, Tune } from "./preset.js";

/** The full plan, made before any work. Plain data: the same on every machine. */
export interface EncodePlan {
  readonly source: SourceInfo;
  /** Base name of the package. */
  readonly name: string;
  readonly preset: string;
  readonly durationSeconds: number;
  /** The time of the film where the package begins, in seconds; left out when that is 0. */
  readonly startSeconds?: number;
  /** Length of the whole film, when only a part of it is packaged. */
  readonly filmSeconds?: number;
  readonly gopSeconds: number;
  /** Pictures first, then sound, then text. */
  readonly streams: readonly PlanStream[];
  readonly skipped: readonly SkippedRung[];
  /** Everything changed, left out or guessed, in words. */
  readonly notes: readonly string[];
  /** Left out when the film has no chapters. */
  readonly chapters?: ChaptersPlan;
  /** Left out unless they are asked for. */
  readonly thumbnails?: ThumbnailsPlan;
  readonly estimate: Estimate;
  /** The parts that `copy` could take as they are and does not; only `plan` fills this. */
  readonly copyable?: readonly CopyChoice[];
}

/** Chapters as a WebVTT file beside the media. */
export interface ChaptersPlan {
  readonly file: string;
  /** Ascending; each ends where the next begins, the last with the film. */
  readonly list: readonly { readonly begin: Ticks; readonly title: string }[];
}

/** Small pictures of the film in one JPEG, and a WebVTT file that tells which part shows which time. */
export interface ThumbnailsPlan {
  readonly file: string;
  readonly image: string;
  /** From one picture to the next, as near as key frames allow. */
  readonly everySeconds: number;
  /** Of one picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** A stream of the package: rungs between which a client may switch. */
export type PlanStream = VideoPlan | AudioPlan | TextPlan;

interface NamedStream {
  /** The stream's name, unique in the manifest: part of the address of every fragment. */
  readonly name: string;
  /** ISO 639-2/T; `und` when unknown or not applicable. */
  readonly language: string;
  /** ffprobe's stream index in the source; of the first stream where several are joined. */
  readonly streamIndex: number;
}

export interface VideoPlan extends NamedStream {
  readonly kind: "video";
  readonly grid: FragmentGrid;
  /** ffmpeg filters that all rungs share, in order. */
  readonly filters: readonly string[];
  /** A device's encoder; left out: libx264. */
  readonly encoder?: HardwareEncoderName;
  /** x264's speed, or the one of the device that is like it. */
  readonly encoderPreset: string;
  /** What x264 is tuned for; left out: nothing special. */
  readonly tune?: Tune;
  readonly twoPass: boolean;
  /** x264's constant rate factor; left out: the rungs' bitrates decide. */
  readonly crf?: number;
  /** One encoder thread: with several, x264's rate control under a peak limit depends on their timing. */
  readonly reproducible: boolean;
  /** The frames of the film that are packaged; left out: all. */
  readonly frames?: FrameRange;
  /** The first frame of each piece that is encoded apart, ascending from 0; left out: the film is one. */
  readonly pieces?: readonly number[];
  /** How the ladder was fitted to the film; left out: it is fixed. */
  readonly fit?: LadderFit;
  /** Highest first. */
  readonly rungs: readonly VideoRung[];
}

/** Settings for one codec's encoder; for a copied rung, the values in its stream. */
export type EncoderSettings = VideoSettings | AudioSettings;
export type VideoSettings = H264Settings;
export type AudioSettings = AacSettings | DolbySettings;

export interface H264Settings {
  readonly codec: "h264";
  readonly profile: H264Profile;
  readonly level: string;
}

export interface AacSettings {
  readonly codec: "aac";
}

/** Sound that is only copied. */
export interface DolbySettings {
  readonly codec: DolbyName;
}

export type VideoRung = VideoRungFacts & VideoSettings;

interface VideoRungFacts {
  readonly kind: "video";
  readonly name: string;
  /** File name in the package. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Planned average, peak, and buffer, in bits per second and bits. */
  readonly bitrate: number;
  readonly maxBitrate: number;
  readonly bufferSize: number;
  /** x264's constant rate factor of this rung, under the same peak; left out: the stream's, or the bitrate decides. */
  readonly crf?: number;
  /** ffmpeg filters of this rung alone, in order. */
  readonly filters: readonly string[];
  /** The source's own picture, which is not encoded again. */
  readonly copied?: CopiedTrack;
}

export type AudioRung = AudioRungFacts & AudioSettings;

interface AudioRungFacts {
  readonly kind: "audio";
  readonly name: string;
  readonly file: string;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitrate: number;
  /** ffmpeg filters of each of its streams, in order. */
  readonly filters: readonly string[];
  /** Left out when nobody asks for it. */
  readonly loudness?: RungLoudness;
  /** The source's own sound, which is not encoded again. */
  readonly copied?: CopiedTrack;
}

export interface AudioPlan extends NamedStream {
  readonly kind: "audio";
  /** The mono streams of this sound, where there are several. */
  readonly joined?: JoinedStreams;
  /** Highest first. */
  readonly rungs: readonly AudioRung[];
}

export interface TextPlan extends Omit<NamedStream, "streamIndex"> {
  readonly kind: "text";
  readonly subtype: TextSubtype;
  readonly source: TextSource;
  /** Encoding of text that is not UTF-8; undefined: windows-1252. */
  readonly encoding: string | undefined;
  /** Number of captions. */
  readonly cues: number;
  readonly rungs: readonly [TextRung];
}

/** Where captions come from: a file of their own, a stream of the film, or its picture. */
export interface TextSource {
  readonly path: string;
  /** SHA-256 of the text's bytes, in hex. */
  readonly content: string;
  /** ffprobe's number of the stream that has them. */
  readonly stream?: number;
  /** The channel of CEA-608 in the picture, such as `cc1`. */
  readonly channel?: string;
  /** The film's begin by the clock of the captions, when it is not 0. */
  readonly shift?: Ticks;
  /** The time of the film where the package begins, when it is not 0. */
  readonly from?: Ticks;
}

export interface TextRung {
  readonly kind: "text";
  readonly codec: string;
  readonly name: string;
  readonly file: string;
  readonly bitrate: number;
  /** The source's own text, which is not made anew. */
  readonly copied?: CopiedTrack;
}

/** Mono streams that are the channels of one sound. */
export interface JoinedStreams {
  /** Their indexes in the source. */
  readonly streams: readonly number[];
  /** ffmpeg filter that makes one sound of them. */
  readonly filter: string;
}

export type Rung = VideoRung | AudioRung | TextRung;

export interface SkippedRung {
  readonly name: string;
  readonly reason: string;
}

export interface Estimate {
  /** Fragments of one rung. */
  readonly fragments: number;
  /** Size of the package. */
  readonly bytes: number;
  /** The most disk space during the work: encoded files and package side by side. */
  readonly diskBytes: number;
}

/** The part of a plan that these functions need. */
type Streams = Pick<EncodePlan, "streams">;

/** Every rung of a plan, in the order of its streams. */
export function allRungs({ streams }: Streams): Rung[] {
  return streams.flatMap<Rung>(({ rungs }) => rungs);
}

/** The picture, whose key frames cut all streams; undefined when there is none. */
export function videoStream({ streams }: Streams): VideoPlan | undefined {
  return streams.find((stream) => stream.kind === "video");
}

/** All streams but text: they are encoded, or copied out of the source. */
export function mediaStreams({ streams }: Streams): (VideoPlan | AudioPlan)[] {
  return streams.filter((stream) => stream.kind !== "text");
}

/** The constant rate factor of a rung; undefined when its bitrate decides. */
export function crfOf(
  { crf }: Pick<VideoPlan, "crf">,
  rung: Pick<VideoRung, "crf">,
): number | undefined {
  return rung.crf ?? crf;
}

/** Has a picture rungs whose bitrate decides? In pieces, their bits are shared out. */
export function hasSharedBits(picture: VideoPlan): boolean {
  return picture.rungs.some((rung) => crfOf(picture, rung) === undefined);
}

/** Every caption of a plan. */
export function textStreams({ streams }: Streams): TextPlan[] {
  return streams.filter((stream) => stream.kind === "text");
}

/** Every sound of a plan. */
export function audioStreams({ streams }: Streams): AudioPlan[] {
  return streams.filter((stream) => stream.kind === "audio");
}

/** Files of the package that are no media: chapters and thumbnails. */
export function sidecarFiles({
  chapters,
  thumbnails,
}: Pick<EncodePlan, "chapters" | "thumbnails">): string[] {
  return [
    ...(chapters ? [chapters.file] : []),
    ...(thumbnails ? [thumbnails.file, thumbnails.image] : []),
  ];
}

/** ffmpeg's encoders that a plan needs; copied rungs need none. */
export function requiredEncoders(plan: Streams): string[] {
  const encoders = mediaStreams(plan).flatMap((stream) =>
    stream.rungs.filter(isEncoded).map(({ codec }) => {
      const device = stream.kind === "video" ? stream.encoder : undefined;
      return device ?? encoderOf(codec);
    }),
  );
  return [...new Set(encoders)];
}

/** Is it made anew, not taken as the source has it? */
export function isEncoded({ copied }: Pick<Rung, "copied">): boolean {
  return copied === undefined;
}
