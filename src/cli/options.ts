import { InvalidArgumentError, Option, type Command } from "commander";
import { LAYOUTS } from "../mux/track-boxes.js";
import type { PlanOptions } from "../pipeline/options.js";
import { COPY_CHOICES, type CopyChoice } from "../plan/copyable.js";
import { ENCODER_PRESETS, DEFAULT_PRESET } from "../plan/preset.js";

/** Options of every command that makes a plan, as commander gives them. */
export interface LadderFlags {
  readonly name?: string;
  readonly preset: string;
  readonly rung?: string[];
  readonly drop?: string[];
  readonly maxHeight?: number;
  readonly allowUpscale?: boolean;
  readonly encoderPreset?: string;
  readonly gop?: number;
  readonly twoPass?: boolean;
  readonly reproducible?: boolean;
  readonly audioBitrate?: string;
  readonly audioChannels?: number;
  readonly video?: number;
  readonly audio?: string;
  readonly language?: string;
  readonly copy?: CopyChoice[];
  readonly allowNetwork?: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly stallTimeout?: number;
}

/** Adds the ladder's options to a command. */
export function addLadderOptions(command: Command): Command {
  return command
    .option("--name <name>", "base name of the package (default: the input's)")
    .option(
      "--preset <name|file>",
      "ladder: a preset's name, or a JSON file",
      DEFAULT_PRESET,
    )
    .option(
      "--rung <size:avg[:peak]>",
      "rung instead of the preset's, such as 1080p:5000k; repeatable",
      collect,
    )
    .option(
      "--drop <rung>",
      "leave a rung out, such as 480p; repeatable",
      collect,
    )
    .option("--max-height <pixels>", "no rung higher than this", wholeNumber)
    .option("--allow-upscale", "also make rungs larger than the source")
    .addOption(
      new Option(
        "--encoder-preset <speed>",
        "x264's speed (default: the preset's)",
      ).choices(ENCODER_PRESETS),
    )
    .option(
      "--gop <seconds>",
      "length of a fragment (default: the preset's, 2)",
      decimal,
    )
    .option(
      "--two-pass",
      "encode in two passes: better spread bits, twice the time",
    )
    .option(
      "--reproducible",
      "the same bytes on every run: one encoder thread, slower",
    )
    .option("--audio-bitrate <bitrate>", "bitrate of the sound, such as 192k")
    .option(
      "--audio-channels <count>",
      "1, 2, or 6 to keep 5.1 where the source has it (default: the preset's, 2)",
      wholeNumber,
    )
    .option(
      "--video <stream>",
      "number of the picture's stream, as plan shows it (default: the one that is a film)",
      streamNumber,
    )
    .option(
      "--audio <stream>",
      "number of the sound's stream, or of mono streams that are its channels, such as 1+2 (default: the main sound)",
      once,
    )
    .option(
      "--language <code>",
      "language of sound of which the input tells none, such as eng",
    )
    .addOption(
      new Option(
        "--copy <what>",
        "take from an MP4 or MOV as it is, instead of encoding it: top, an H.264 picture as the highest rung; audio, AAC-LC sound; repeatable",
      )
        .choices(COPY_CHOICES)
        .argParser(copyChoices),
    )
    .option("--allow-network", "inputs may be http and https addresses");
}

/** Adds the options that name the programs. */
export function addToolOptions(command: Command): Command {
  return command
    .option(
      "--ffmpeg <path>",
      "ffmpeg to use (default: FFMPEG_PATH, PATH, the bundled one)",
    )
    .option(
      "--ffprobe <path>",
      "ffprobe to use (default: FFPROBE_PATH, beside ffmpeg, PATH, the bundled one)",
    );
}

/** Adds the option that says how long programs may stand still. */
export function addStallOption(command: Command): Command {
  return command.option(
    "--stall-timeout <seconds>",
    "give up when ffmpeg makes no progress for so long; 0: never (default: 600)",
    decimal,
  );
}

/** The flags in the library's words. */
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
    allowUpscale: flags.allowUpscale,
    encoderPreset: flags.encoderPreset,
    gopSeconds: flags.gop,
    twoPass: flags.twoPass,
    reproducible: flags.reproducible,
    audioBitrate: flags.audioBitrate,
    audioChannels: flags.audioChannels,
    video: flags.video,
    audio: flags.audio,
    language: flags.language,
    copy: flags.copy,
    allowNetwork: flags.allowNetwork,
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
    stallTimeoutSeconds: flags.stallTimeout,
    signal,
  };
}

/** Adds the option for how fragments are laid out. */
export function addLayoutOptions(command: Command): Command {
  return command
    .option(
      "--tfdt",
      "write a tfdt box in each fragment, for generic MP4 tools",
    )
    .addOption(
      new Option(
        "--compat <player>",
        "lay fragments out as genuine Microsoft assets are, for set-top boxes and players of that time",
      ).choices(Object.keys(LAYOUTS).filter((name) => name !== "standard")),
    );
}

/** Values of an option that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function copyChoices(value: string, before: CopyChoice[] = []): CopyChoice[] {
  const choice = COPY_CHOICES.find((known) => known === value);
  if (choice !== undefined) return [...new Set([...before, choice])];
  throw new InvalidArgumentError(`Expected ${COPY_CHOICES.join(" or ")}.`);
}

function wholeNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("Expected a whole number above 0.");
}

function streamNumber(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected the number of a stream, such as 1.");
}

/** Of two the last would win, and the other be forgotten unsaid. */
function once(value: string, before: string | undefined): string {
  if (before === undefined) return value;
  throw new InvalidArgumentError(
    `Expected it once: one sound is packaged. Channels are joined with +, such as ${before}+${value}.`,
  );
}

/** Seconds of an option. */
export function decimal(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected seconds, such as 2 or 2.5.");
}
