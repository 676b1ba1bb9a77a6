import { PackError } from "../errors.js";
import { bitrateDoubt, parseBitrate } from "../util/format.js";
import { autoLadder, type AutoLadderSettings } from "./auto-ladder.js";
import { COPY_CHOICES, type CopyChoice } from "./copyable.js";
import type { AudioRung } from "./encode-plan.js";
import { loudnessSetting } from "./loudness.js";
import { even, pixelScale, scaled } from "./ladder.js";
import { checkLimits, type LadderLimits } from "./ladder-limits.js";
import {
  DEFAULT_BUFFER_SECONDS,
  DEFAULT_PEAK_RATIO,
  THUMBNAIL_SECONDS,
  type Preset,
  type PresetRung,
} from "./preset.js";
import { encoderSettings } from "./encoder-settings.js";
import { wrong } from "./wrong-setting.js";

/** The user's changes to a preset. All optional. */
export interface LadderSettings extends LadderLimits, AutoLadderSettings {
  /** Rungs instead of the preset's, such as `1080p:5000k` or `1280x720:2800k:4200k`. */
  readonly rungs?: readonly string[] | undefined;
  /** Names of rungs to leave out. */
  readonly drop?: readonly string[] | undefined;
  /** No rung is taller (for portrait: wider) than this many pixels. */
  readonly maxHeight?: number | undefined;
  /** Rungs larger than the source are made too. */
  readonly allowUpscale?: boolean | undefined;
  /** ffmpeg's encoder of the picture: `libx264`, or a device's, such as `h264_nvenc`. Default: the preset's, `libx264`. */
  readonly encoder?: string | undefined;
  /** x264's speed, `ultrafast` to `veryslow`; a device's is like it. */
  readonly encoderPreset?: string | undefined;
  /** What x264 is tuned for: `film`, `animation`, `grain` or `stillimage`. Default: the preset's, nothing special. */
  readonly tune?: string | undefined;
  /** Length of a fragment in seconds, 0.5 to 10. */
  readonly fragmentSeconds?: number | undefined;
  /** The old name of `fragmentSeconds`. */
  readonly gopSeconds?: number | undefined;
  /** Two encoding passes: bits go where they are needed, in twice the time. */
  readonly twoPass?: boolean | undefined;
  /**
   * x264's constant quality, 1 to 51, lower is better: each picture gets the bits that it needs. The averages of the
   * rungs become their peaks. Not with `twoPass`.
   */
  readonly crf?: number | undefined;
  /** The same bytes on every run and every machine, at the cost of speed. */
  readonly reproducible?: boolean | undefined;
  /** Bits per second, or text such as `128k`. */
  readonly audioBitrate?: number | string | undefined;
  /** 1 or 2; 6 adds 5.1 behind the stereo where the source has it. Default: the preset's, 2. */
  readonly audioChannels?: number | undefined;
  /**
   * How loud each sound is made, over its whole length: `ebu` (-23 LUFS, peaks up to -1 dBTP), `atsc` (-24, -2), or LUFS
   * from -40 to -5 (peaks up to -1 dBTP). `measure` only tells how loud it is. Costs a decode of the sound before the
   * work. Default: the preset's, or `off`. ITU-R BS.1770-4.
   */
  readonly loudness?: number | string | undefined;
  /** Seconds from one picture of `NAME.thumbs.jpg` to the next, 1 to 3600; default: the preset's, or no such file. */
  readonly thumbnailSeconds?: number | undefined;
  /** The parts of the source that are taken as they are instead of being encoded. */
  readonly copy?: readonly CopyChoice[] | undefined;
}

/**
 * The preset with the user's changes.
 *
 * @throws PackError `usage` naming the setting, what it holds and what was expected
 */
export function applySettings(
  preset: Preset,
  settings: LadderSettings,
): Preset {
  checkChannels(settings.audioChannels);
  checkCopy(settings);
  checkCrf(settings);
  checkLimits(settings);
  const encoder = encoderSettings(preset, settings);
  autoLadder({ ...preset, ...encoder }, settings);
  return {
    ...preset,
    fragmentSeconds: fragmentSecondsOf(settings) ?? preset.fragmentSeconds,
    ...encoder,
    rungs: chooseRungs(preset, settings),
    audio: loudnessSetting(
      { ...preset.audio, ...audioBitrate(settings.audioBitrate) },
      settings.loudness,
    ),
    ...thumbnailSettings(settings.thumbnailSeconds),
  };
}

/** Is 5.1 wanted beside stereo? */
export function wantsSurround(
  { audio }: Preset,
  { audioChannels }: Pick<LadderSettings, "audioChannels">,
): boolean {
  return audioChannels === 6 || audio.surround === true;
}

function chooseRungs(
  preset: Preset,
  { rungs, drop = [], maxHeight = Infinity }: LadderSettings,
): PresetRung[] {
  checkMaxHeight(maxHeight);
  const all = rungs?.length ? rungs.map(parseRung) : preset.rungs;
  const names = all.map((rung) => rung.name).join(", ");
  for (const name of drop) {
    if (!all.some((rung) => rung.name === name))
      throw wrong("--drop", name, `one of ${names}`);
  }
  const kept = all.filter((rung) => !drop.includes(rung.name));
  const lowest = kept.at(-1);
  if (lowest === undefined) {
    throw new PackError("usage", `--drop leaves no rung of ${names}.`, {
      hint: "Drop fewer rungs, or name rungs with --rung.",
    });
  }
  const low = kept.filter((rung) => rung.height <= maxHeight);
  return low.length > 0 ? low : [shrunk(lowest, maxHeight)];
}

/** The smallest height of a rung, in options as in presets. */
const LEAST_HEIGHT = 32;

function checkMaxHeight(height: number): void {
  if (height < LEAST_HEIGHT)
    throw wrong("--max-height", height, `${LEAST_HEIGHT} pixels or more`);
}

/** A rung shrunk to a height that no rung has; its bits shrink as for any smaller picture. */
function shrunk(rung: PresetRung, height: number): PresetRung {
  const box = {
    width: even((rung.width * height) / rung.height),
    height: even(height),
  };
  const scale = pixelScale(box, rung);
  return {
    ...box,
    name: `${height}p`,
    profile: rung.profile,
    bufferSeconds: rung.bufferSeconds,
    bitrate: scaled(rung.bitrate, scale),
    maxBitrate: scaled(rung.maxBitrate, scale),
  };
}

/** `1080p:5000k`, `1280x720:2800k:4200k`: size, average, peak (1.5 times the average when left out). */
function parseRung(text: string): PresetRung {
  const [sizeText = "", averageText = "", peakText, ...rest] = text.split(":");
  const size = parseSize(sizeText);
  const bitrate = parseBitrate(averageText);
  const maxBitrate =
    peakText === undefined
      ? bitrate && Math.round(bitrate * DEFAULT_PEAK_RATIO)
      : parseBitrate(peakText);
  if (
    size === undefined ||
    !bitrate ||
    !maxBitrate ||
    maxBitrate < bitrate ||
    rest.length > 0
  ) {
    throw wrong(
      "--rung",
      text,
      "SIZE:AVERAGE[:PEAK], such as 1080p:5000k or 1280x720:2800k:4200k",
    );
  }
  refuseDoubt("--rung", text, averageText);
  if (peakText !== undefined) refuseDoubt("--rung", text, peakText);
  return {
    name: sizeText,
    ...size,
    profile: size.height >= 720 ? "high" : "main",
    bufferSeconds: DEFAULT_BUFFER_SECONDS,
    bitrate,
    maxBitrate,
  };
}

/** `1080p` is 16:9 of that height; `WIDTHxHEIGHT` is a box of its own. */
function parseSize(
  text: string,
): { width: number; height: number } | undefined {
  const match = /^(?:(\d{2,4})x(\d{2,4})|(\d{2,4})p)$/.exec(text);
  if (match === null) return undefined;
  const height = Number(match[2] ?? match[3]);
  const width =
    match[1] === undefined
      ? Math.round((height * 16) / 18) * 2
      : Number(match[1]);
  const fits = width >= 32 && height >= 32 && width <= 4096 && height <= 2304;
  return fits && width % 2 === 0 && height % 2 === 0
    ? { width, height }
    : undefined;
}

/** Refuses a bitrate that is probably a mistake. */
function refuseDoubt(
  option: string,
  found: string | number,
  bitrate: string | number,
): void {
  const doubt = bitrateDoubt(bitrate);
  if (doubt !== undefined) throw wrong(option, found, doubt);
}

function fragmentSecondsOf(settings: LadderSettings): number | undefined {
  const seconds = settings.fragmentSeconds ?? settings.gopSeconds;
  if (seconds === undefined || (seconds >= 0.5 && seconds <= 10))
    return seconds;
  throw wrong("--fragment", seconds, "seconds from 0.5 to 10");
}

/** @throws PackError `usage` for a time that is too short or too long */
export function thumbnailSettings(
  seconds: number | undefined,
): { thumbnailSeconds: number } | undefined {
  if (seconds === undefined) return undefined;
  const [least, most] = THUMBNAIL_SECONDS;
  if (seconds >= least && seconds <= most) return { thumbnailSeconds: seconds };
  throw wrong("--thumbnails", seconds, `seconds from ${least} to ${most}`);
}

function audioBitrate(
  text: number | string | undefined,
): { bitrate: number } | undefined {
  if (text === undefined) return undefined;
  const bitrate = parseBitrate(text);
  if (bitrate !== undefined && bitrate >= 16_000 && bitrate <= 512_000)
    return { bitrate };
  const asked = /^\d{1,3}$/.test(String(text))
    ? ` (do you mean ${text}k?)`
    : "";
  throw wrong("--audio-bitrate", text, `16k to 512k${asked}`);
}

function checkChannels(channels: number | undefined): void {
  if (channels === undefined || [1, 2, 6].includes(channels)) return;
  throw wrong("--audio-channels", channels, "1, 2 or 6");
}

/** 0 is lossless, which no profile of the ladder has. */
const CRF = [1, 51] as const;

function checkCrf({ crf, twoPass = false }: LadderSettings): void {
  if (crf === undefined) return;
  const [least, most] = CRF;
  if (!(crf >= least && crf <= most))
    throw wrong("--crf", crf, `a number from ${least} to ${most}`);
  if (twoPass)
    throw wrong("--crf", crf, "none, for --two-pass is for bitrates");
}

function checkCopy({ copy = [] }: LadderSettings): void {
  const unknown = copy.find((choice) => !COPY_CHOICES.includes(choice));
  if (unknown !== undefined)
    throw wrong("--copy", unknown, COPY_CHOICES.join(" or "));
}

/**
 * A bitrate is for sound that is encoded. Beside copied Dolby sound there is some.
 *
 * @throws PackError `usage` when all sound is copied
 */
export function requireBitrateUsed(
  { copy = [], audioBitrate }: LadderSettings,
  rungs: readonly AudioRung[],
): void {
  if (audioBitrate === undefined || !copy.includes("audio")) return;
  if (rungs.some(({ copied }) => copied === undefined)) return;
  const expected = "none, for --copy audio takes all sound as it is";
  throw wrong("--audio-bitrate", audioBitrate, expected);
}
