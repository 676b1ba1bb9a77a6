import type { ProtectionRequest } from "../drm/index.js";
import type { EngineName } from "../encode/index.js";
import type { ToolOptions, ToolPaths, Tools } from "../ffmpeg/find.js";
import type { CodecData } from "../smooth/presentation.js";
import type { LayoutName } from "../mux/layouts.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import type { PlanSettings } from "../plan/plan.js";
import type { LostTime } from "../probe/source-info.js";
import type { VerifyReport } from "../verify/verify.js";
import type { CaptionSettings } from "./captions.js";
import type { FormatName } from "./formats.js";
import type { ProtectedPackage } from "./protected-package.js";

/** In how many pieces a picture is encoded: `auto`, `off`, or the seconds of each. */
export type PiecesChoice = "auto" | "off" | number;

/** Options of `plan` beside the input. */
export interface PlanOptions
  extends PlanSettings, ToolOptions, CaptionSettings {
  /** Inputs may be http and https addresses; s3:// addresses always may. */
  readonly allowNetwork?: boolean | undefined;
  /** Address of the store of s3:// inputs and outputs, when it is not Amazon's. Default: AWS_ENDPOINT_URL_S3. */
  readonly s3Endpoint?: string | undefined;
  /** Name of a preset that comes with mss-pack, or path of a JSON file. Default `smooth-1080p`. */
  readonly preset?: string | undefined;
  /**
   * Encode the picture in pieces of so many seconds, 8 to 60, each by itself: on all cores, and `resume` keeps each
   * finished piece. `auto`, the default: from eight cores on and with `resume`; with `reproducible` only with `resume`.
   */
  readonly pieces?: PiecesChoice | undefined;
  /**
   * The programs, from `findTools`: job after job then starts two programs fewer.
   * Default: each job looks for them, by `ffmpegPath` and `ffprobePath`.
   */
  readonly tools?: Tools | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options for bringing a package to its place. */
export interface DeliverOptions {
  /** Folder for the package, made when it is missing; or a prefix in a store, `s3://BUCKET/PREFIX`. */
  readonly output: string;
  /** Address of the store of an s3:// output, when it is not Amazon's. Default: AWS_ENDPOINT_URL_S3. */
  readonly s3Endpoint?: string | undefined;
  /** Replace a package of the same name. */
  readonly overwrite?: boolean | undefined;
  /** `quick` reads indexes and fragment heads, `full` also decodes every track. Default `quick`. */
  readonly verify?: "quick" | "full" | undefined;
  /** Leave a complete package alone when it was made of the same input with the same settings. */
  readonly skipExisting?: boolean | undefined;
  /**
   * Keep what is encoded when this run fails, each finished piece, and use what an
   * earlier run has kept.
   */
  readonly resume?: boolean | undefined;
  /**
   * Manifests that are written over the same files: `smooth` always, `dash` and `hls` beside it. Default
   * `["smooth"]`.
   */
  readonly formats?: readonly FormatName[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the progress: while encoding about twice a second, then after each file. */
  readonly onProgress?: ((progress: PackProgress) => void) | undefined;
}

/** Options of every job that takes finished media as they are. */
export interface FinishedOptions
  extends
    Omit<DeliverOptions, "resume" | "skipExisting" | "formats">,
    ToolPaths {
  /** Wait until all is on the disk. Default true: a power cut never leaves a package of holes. */
  readonly fsync?: boolean | undefined;
}

/** Callbacks of one job. */
export interface PackEvents {
  /** Called with the plan and the tools before the work begins. */
  readonly onPlan?: ((plan: EncodePlan, tools: Tools) => void) | undefined;
  /** Called with the progress: while encoding about twice a second, then after each file. */
  readonly onProgress?: ((progress: PackProgress) => void) | undefined;
}

export interface PackOptions extends PlanOptions, DeliverOptions, PackEvents {
  /** Package the decodable part of a damaged source, instead of refusing it. */
  readonly salvage?: boolean | undefined;
  /** Write a tfdt box beside each tfxd, for generic MP4 tools. */
  readonly tfdt?: boolean | undefined;
  /** Layout of fragments; `expression-encoder` is for players of that time. Default `standard`. */
  readonly layout?: LayoutName | undefined;
  /**
   * CodecPrivateData of E-AC-3 and AC-3; `none` is for old Androids, whose decoders fail on
   * it. Default `full`.
   */
  readonly ec3CodecData?: CodecData | undefined;
  /** Encrypt all tracks. Nothing is then published in the clear, and `resume` is refused. */
  readonly protection?: ProtectionRequest | undefined;
  readonly engine?: EngineName | undefined;
  /**
   * How many pieces are encoded at a time; default: as many as the machine has cores. The memory may allow fewer. A film
   * in one piece is encoded with about so many threads; default: as many as x264 takes.
   */
  readonly threads?: number | undefined;
  /** How much ffmpeg gives way to other programs, 0 to 19. Default 0. */
  readonly nice?: number | undefined;
}

/** Progress of a step. */
export interface PackProgress {
  readonly step: "measure" | "encode" | "mux" | "verify" | "upload";
  /** The current work, in words. */
  readonly label: string;
  /** Done share of the step, 0 to 1. */
  readonly fraction: number;
  /** While encoding: frames a second, and seconds of film a second. */
  readonly framesPerSecond?: number | undefined;
  readonly speed?: number | undefined;
}

/** A package in its place. */
export interface Delivered {
  /** Absolute path of the server manifest, or its address in a store. */
  readonly manifest: string;
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  readonly durationSeconds: number;
  /** No work was done: `skipExisting` found the same package, complete. */
  readonly skipped: boolean;
  /** Times of the source that could not be decoded: with `salvage`, or before a recording's first key frame. */
  readonly lost: readonly LostTime[];
  /** Notes that arose only during the work, in words; the plan has notes of its own. */
  readonly notes: readonly string[];
  /** Left out for a clear package. */
  readonly protection?: ProtectedPackage | undefined;
  readonly report: VerifyReport;
}

export interface PackResult extends Delivered {
  readonly plan: EncodePlan;
}
