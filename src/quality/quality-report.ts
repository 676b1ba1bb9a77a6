import type { MetricName } from "./metric.js";

/** What a package shows of its source: plain data, as `--json` prints it. */
export interface QualityReport {
  /** Base name of the package. */
  readonly name: string;
  /** File name of the source. */
  readonly source: string;
  readonly durationSeconds: number;
  /** The metric of all scores but those that are named otherwise. */
  readonly metric: MetricName;
  /** Seconds of film that have a score of `metric`; all of it unless VMAF was measured on samples. */
  readonly scoredSeconds: number;
  /** Begin of each fragment in seconds of the package, ascending. */
  readonly fragments: readonly number[];
  /** Highest first. */
  readonly rungs: readonly RungReport[];
  /** Where rungs are worst beside the source, the worst first; at most ten, each at least some seconds from the others. */
  readonly moments: readonly Moment[];
  readonly sounds: readonly SoundReport[];
  /** Left out when the ladder is fixed, or no plan of it is known. */
  readonly saved?: Saving;
}

export interface RungReport {
  /** Such as `720p`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  /** Of its samples. */
  readonly bytes: number;
  /** Measured: its average, and what the manifest says. Bits per second. */
  readonly bitrate: number;
  readonly declared: number;
  /** x264's quality, where one was chosen. */
  readonly crf?: number;
  /** What samples promised before the encode. */
  readonly promised?: RateAndScore;
  /** The mean of all scored frames. */
  readonly score: number;
  /** The mean of all frames, in decibels of SSIM at the size of the rung. */
  readonly ssim: number;
  /** The rung of the fixed ladder: encoded and measured, or estimated from samples. */
  readonly fixed?: RateAndScore & { readonly isMeasured: boolean };
  /** Why a rung of the fixed ladder was kept, or encoded once more. */
  readonly remark?: string;
  /** One row a fragment, in the order of `fragments`. */
  readonly series: RungSeries;
  /** A decoder's buffer of this peak and size (VBV), left out where neither is known. */
  readonly buffer?: BufferReport;
}

export interface RateAndScore {
  /** Bits per second. */
  readonly bitrate: number;
  readonly score: number;
}

/** Lists of equal lengths. */
export interface RungSeries {
  /** Bits of each fragment. */
  readonly bits: readonly number[];
  /** Mean score of each; null: none of its frames has one. */
  readonly score: readonly (number | null)[];
  /** Mean SSIM of each, in decibels. */
  readonly ssim: readonly number[];
}

export interface BufferReport {
  /** Bits. */
  readonly size: number;
  /** Bits per second that flow in. */
  readonly maxBitrate: number;
  /** The least that is in it during each fragment, as a share of its size from 0 to 1; negative: it ran empty. */
  readonly least: readonly number[];
}

/** A frame as the source has it and as a rung shows it. */
export interface Moment {
  readonly rung: string;
  /** In the package. */
  readonly seconds: number;
  readonly frame: number;
  /** Of the fragment around it, in units of the report's metric, or null where that has no score. */
  readonly score: number | null;
  /** Of the frame, in decibels of SSIM. */
  readonly ssim: number;
  /** Of the source and of the rung, as JPEG in base64; both have the same size. Left out in `--json`. */
  readonly pictures?: { readonly source: string; readonly rung: string };
}

export interface SoundReport {
  readonly name: string;
  /** ISO 639-2/T. */
  readonly language: string;
  /** Integrated loudness in LUFS (EBU R 128); null: silence. */
  readonly loudness: number | null;
  /** dBTP; null: silence. */
  readonly truePeak: number | null;
  /** Loudness range in LU. */
  readonly range: number;
}

/** Bytes of all pictures against those of the fixed ladder. */
export interface Saving {
  readonly bytes: number;
  readonly fixedBytes: number;
  /** The fixed ladder was encoded too; else its bytes are estimated from samples. */
  readonly isMeasured: boolean;
}
