import type { BatchOptions } from "../batch/batch.js";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError } from "../errors.js";
import type { CodecData } from "../smooth/presentation.js";
import type { LayoutName } from "../mux/layouts.js";
import type { FormatName } from "../pipeline/formats.js";
import type { PiecesChoice, PlanOptions } from "../pipeline/options.js";
import { refuseKeptRungs } from "../pipeline/target.js";
import type { CopyChoice } from "../plan/copyable.js";
import type { ReporterFlags } from "./choose-reporter.js";
import type { NotifyTarget } from "./follow-up-values.js";
import { systemOf, type ProtectFlags } from "./options/protection.js";
import type { ProtectedCommand } from "./protection.js";
import { refuseFileAsFolder } from "./wrong-turns.js";

/** Options of every command that makes a plan, as commander's values. */
export interface LadderFlags {
  readonly name?: string;
  readonly preset: string;
  readonly rung?: string[];
  readonly drop?: string[];
  readonly maxHeight?: number;
  readonly rungCount?: number;
  readonly maxBitrate?: string;
  readonly allowUpscale?: boolean;
  readonly encoderPreset?: string;
  readonly encoder?: string;
  readonly tune?: string;
  readonly ladder?: string;
  readonly loss?: string;
  readonly quality?: number;
  readonly fragment?: number;
  readonly thumbnails?: number;
  readonly twoPass?: boolean;
  readonly reproducible?: boolean;
  readonly start?: number;
  readonly end?: number;
  readonly duration?: number;
  readonly crf?: number;
  readonly pieces?: PiecesChoice;
  readonly audioBitrate?: string;
  readonly audioChannels?: number;
  readonly loudness?: string;
  readonly video?: number;
  readonly audio?: string;
  readonly language?: readonly string[];
  readonly captions?: readonly string[];
  readonly captionsEncoding?: string;
  readonly copy?: CopyChoice[];
  readonly allowNetwork?: boolean;
  readonly s3Endpoint?: string;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly stallTimeout?: number;
}

/** Options of every command that makes packages, as commander's values. */
export interface MakeFlags extends LadderFlags, ReporterFlags, ProtectFlags {
  readonly output?: string;
  readonly overwrite?: boolean;
  readonly folderEach?: boolean;
  readonly keepFolders?: boolean;
  readonly resume?: boolean;
  readonly verify: "quick" | "full";
  readonly salvage?: boolean;
  readonly tfdt?: boolean;
  readonly formats?: FormatName[];
  readonly layout?: LayoutName;
  readonly ec3CodecData?: CodecData;
  readonly jobs?: number;
  readonly threads?: number;
  readonly nice?: number;
  readonly report?: string;
  readonly notify?: NotifyTarget;
  readonly onDone?: string;
}

/** The flags as options of the library. */
export function planOptions(
  flags: LadderFlags,
  signal: AbortSignal,
): PlanOptions {
  return {
    name: flags.name,
    preset: flags.preset,
    rungs: flags.rung,
    drop: flags.drop,
    maxHeight: flags.maxHeight,
    ...{ rungCount: flags.rungCount, maxBitrate: flags.maxBitrate },
    allowUpscale: flags.allowUpscale,
    ...{ encoder: flags.encoder, encoderPreset: flags.encoderPreset },
    tune: flags.tune,
    ...{ ladder: flags.ladder, loss: flags.loss, quality: flags.quality },
    fragmentSeconds: flags.fragment,
    thumbnailSeconds: flags.thumbnails,
    twoPass: flags.twoPass,
    reproducible: flags.reproducible,
    ...{ start: flags.start, end: flags.end, duration: flags.duration },
    ...{ crf: flags.crf, pieces: flags.pieces },
    audioBitrate: flags.audioBitrate,
    audioChannels: flags.audioChannels,
    loudness: flags.loudness,
    video: flags.video,
    audio: flags.audio,
    language: flags.language,
    captions: flags.captions,
    captionsEncoding: flags.captionsEncoding,
    copy: flags.copy,
    allowNetwork: flags.allowNetwork,
    s3Endpoint: flags.s3Endpoint,
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
    stallTimeoutSeconds: flags.stallTimeout,
    signal,
  };
}

/**
 * The flags as options of the library.
 *
 * @param example a command line for the hint when there is no output folder
 * @throws PackError `usage` when there is no output folder, or clear files of a protected package would be kept
 */
export function makeOptions(
  flags: MakeFlags,
  signal: AbortSignal,
  example: string,
): Omit<BatchOptions, "name"> {
  const output = requireOut(flags, example);
  if (flags.protect !== undefined) refuseKeptRungs(flags.resume ?? false);
  return {
    ...planOptions(flags, signal),
    output,
    overwrite: flags.overwrite,
    folderEach: flags.folderEach,
    resume: flags.resume,
    verify: flags.verify,
    salvage: flags.salvage,
    tfdt: flags.tfdt,
    formats: flags.formats,
    layout: flags.layout,
    ec3CodecData: flags.ec3CodecData,
    ...{ jobs: flags.jobs, threads: flags.threads, nice: flags.nice },
  };
}

/**
 * commander's requiredOption does not work here: subcommands would require it too.
 *
 * @throws PackError `usage` when there is no output folder, or a file's name instead
 */
export function requireOut(
  { output }: { readonly output?: string },
  example: string,
): string {
  if (output) {
    refuseFileAsFolder(output);
    return output;
  }
  throw new PackError("usage", "No output folder. Expected -o FOLDER.", {
    hint: `For example: ${example}`,
  });
}

/**
 * The protection that the flags ask for. It reads or makes the key, and reports to the user at
 * once.
 *
 * @returns undefined when the flags ask for no protection
 * @throws PackError `usage`, `input`, `exists` or `output`
 */
export async function protectionAskedFor(
  flags: ProtectFlags & ReporterFlags,
  command: ProtectedCommand,
): Promise<ProtectionRequest | undefined> {
  const system = systemOf(flags);
  if (system === undefined) return undefined;
  const { protectionFor } = await import("./protection.js");
  return protectionFor(system, flags, command);
}
