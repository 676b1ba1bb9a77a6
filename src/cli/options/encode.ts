import { InvalidArgumentError } from "commander";
import {
  COPY_CHOICES,
  copyChoice,
  type CopyChoice,
} from "../../plan/copyable.js";
import { VIDEO_ENCODERS } from "../../plan/hardware-encoders.js";
import type { PiecesChoice } from "../../pipeline/options.js";
import {
  DEFAULT_PRESET,
  ENCODER_PRESETS,
  LADDERS,
  TUNES,
} from "../../plan/preset.js";
import {
  collect,
  decimal,
  wholeNumber,
  type CommandName,
  type OptionRow,
} from "./option.js";

/** Commands that make a plan, and may encode it. */
export const ENCODE: readonly CommandName[] = [
  ...(["pack", "watch", "plan", "submit"] as const),
];

export const POSITIVE = wholeNumber(1, 99_999);

/** Which rungs are made of which part of the film, and how. */
export const ENCODE_OPTIONS: readonly OptionRow[] = [
  {
    flags: "--preset <name|file>",
    text: "ladder: a preset's name, or a JSON file",
    group: "ladder",
    commands: ENCODE,
    common: true,
    words: ["quality", "profile", "settings"],
    default: DEFAULT_PRESET,
  },
  {
    flags: "--ladder <kind>",
    text: "auto: samples of the film tell the cheapest quality of each rung that loses no more than --loss; the plan shows it (default: the preset's, fixed)",
    group: "ladder",
    commands: ENCODE,
    words: ["per-title", "vmaf", "ssim", "content-aware", "quality", "crf"],
    choices: LADDERS,
  },
  {
    flags: "--loss <points>",
    text: "with --ladder auto: what a rung may lose against the fixed ladder, in points of VMAF, 0.1 to 20, or in decibels of SSIM, such as 0.7dB (default: 2, or 0.7dB where the ffmpeg has no libvmaf)",
    group: "ladder",
    commands: ENCODE,
    words: ["vmaf", "ssim", "quality"],
  },
  {
    flags: "--quality <points>",
    text: "with --ladder auto: the VMAF that the highest rung need not pass, 50 to 100 (default: 95)",
    group: "ladder",
    commands: ENCODE,
    words: ["vmaf"],
    parse: decimal,
  },
  {
    flags: "--rung <size:avg[:peak]>",
    text: "rung instead of the preset's, such as 1080p:5000k; repeatable",
    brief: "a rung instead of the preset's; repeatable",
    group: "ladder",
    commands: ENCODE,
    common: true,
    words: ["quality", "resolution", "bitrate", "rendition", "variant"],
    parse: collect,
  },
  {
    flags: "--drop <rung>",
    text: "leave a rung out, such as 480p; repeatable",
    group: "ladder",
    commands: ENCODE,
    parse: collect,
  },
  {
    flags: "--max-height <pixels>",
    text: "no rung higher than this",
    group: "ladder",
    commands: ENCODE,
    common: true,
    words: ["resolution", "size"],
    parse: POSITIVE,
  },
  {
    flags: "--rung-count <number>",
    text: "how many rungs there are, 2 to 6: the highest, the lowest and those most evenly between, or further ones of standard sizes (default: those of the preset that fit)",
    group: "ladder",
    commands: ENCODE,
    words: ["qualities", "renditions", "levels"],
    parse: number,
  },
  {
    flags: "--max-bitrate <rate>",
    text: "no rung's average is above this, such as 3000k; peaks keep their share of it (default: the rungs' own)",
    group: "ladder",
    commands: ENCODE,
    words: ["limit", "cap", "bandwidth"],
  },
  {
    flags: "--allow-upscale",
    text: "also make rungs larger than the source",
    group: "ladder",
    commands: ENCODE,
  },
  {
    flags: "--allow-hevc",
    text: "also take HEVC, which Kodi and N_m3u8DL-RE read; no player in a browser shows it",
    group: "ladder",
    commands: ["mux"],
    words: ["h265", "h.265", "hvc1", "hev1"],
  },
  {
    flags: "--fragment <seconds>",
    was: "--gop",
    text: "length of a fragment, 0.5 to 10; each begins with a key frame (default: the preset's, 2)",
    brief: "length of a fragment, a segment, 0.5 to 10",
    group: "ladder",
    commands: ENCODE,
    common: true,
    words: ["segment", "chunk", "gop", "key frame", "keyint"],
    parse: decimal,
  },
  {
    flags: "--start <time>",
    text: "package the film from this time on, such as 90 or 1:30 or 0:01:30.5; picture, sound, captions and chapters move with it; with --copy video from key frame to key frame",
    group: "video",
    commands: ENCODE,
    words: ["cut", "trim", "clip", "-ss", "from"],
    parse: time,
  },
  {
    flags: "--end <time>",
    text: "package the film up to this time",
    group: "video",
    commands: ENCODE,
    words: ["cut", "trim", "clip", "-to"],
    conflicts: ["duration"],
    parse: time,
  },
  {
    flags: "--duration <time>",
    text: "package so much of the film",
    group: "video",
    commands: ENCODE,
    words: ["cut", "trim", "clip", "-t", "length"],
    parse: time,
  },
  {
    flags: "--copy <what>",
    text: "take from an MP4 or MOV as it is, instead of encoding it: video, an H.264 picture as the highest rung (top is its old name); audio, AAC-LC sound, and E-AC-3 and AC-3, also of Matroska and MPEG-TS, behind AAC; repeatable",
    group: "ladder",
    commands: ENCODE,
    words: ["passthrough", "remux"],
    choices: COPY_CHOICES,
    parse: copyChoices,
  },
  {
    flags: "--video <stream>",
    text: "number of the video stream, as plan shows it (default: the main one)",
    group: "video",
    commands: ENCODE,
    words: ["track", "map"],
    parse: wholeNumber(0, 99_999, "the number of a stream, such as 1"),
  },
  {
    flags: "--encoder <name>",
    text: "encode the picture in a device: NVIDIA's, Intel's, one of VA-API, or Apple's; faster, larger at the same quality, and other bytes on each; only h264_nvenc takes --crf; not with --tune, --two-pass, --reproducible (default: the preset's, libx264)",
    brief: "encode the picture in a device, such as h264_nvenc",
    group: "video",
    commands: ENCODE,
    words: ["gpu", "hardware", "nvidia", "intel", "amd", "apple", "nvenc"],
    choices: VIDEO_ENCODERS,
  },
  {
    flags: "--encoder-preset <speed>",
    text: "x264's speed (default: the preset's)",
    group: "video",
    commands: ENCODE,
    words: ["x264", "fast", "slow"],
    choices: ENCODER_PRESETS,
  },
  {
    flags: "--tune <kind>",
    text: "tune x264 for a kind of picture; grain keeps noise, and takes more bits with --crf (default: the preset's, for nothing special)",
    group: "video",
    commands: ENCODE,
    words: ["x264", "cartoon", "anime", "noise", "slides"],
    choices: TUNES,
  },
  {
    flags: "--thumbnails <seconds>",
    text: "also a small picture of the film each so many seconds, for the seek bars of players: NAME.thumbs.vtt and NAME.thumbs.jpg (default: the preset's, none)",
    group: "video",
    commands: ENCODE,
    words: ["preview", "sprite", "storyboard", "trick play", "poster"],
    parse: decimal,
  },
  {
    flags: "--thumbnails <seconds>",
    text: "also a small picture of the film each so many seconds, for the seek bars of players: NAME.thumbs.vtt and NAME.thumbs.jpg; ffmpeg makes it (default: none)",
    group: "video",
    commands: ["mux"],
    words: ["preview", "sprite", "storyboard", "trick play", "poster"],
    parse: decimal,
  },
  {
    flags: "--two-pass",
    text: "encode in two passes: better spread bits, twice the time",
    group: "video",
    commands: ENCODE,
  },
  {
    flags: "--crf <quality>",
    text: "x264's constant quality, 1 to 51, lower is better, instead of the rungs' averages, which become their peaks; not with --two-pass",
    group: "video",
    commands: ENCODE,
    words: ["quality", "rate factor", "capped"],
    parse: number,
  },
  {
    flags: "--pieces <seconds>",
    text: "encode the picture in pieces of so many seconds, 8 to 60, on all cores; with --resume each finished piece is kept; auto: from 8 cores on and with --resume; off (default: auto)",
    group: "video",
    commands: ENCODE,
    words: ["parallel", "chunk", "segment", "cores", "cpu"],
    parse: pieces,
  },
  {
    flags: "--threads <count>",
    text: "how many pieces of an input are encoded at a time (default: one a core, shared by --jobs, as far as the memory goes); threads of a film that is encoded in one (default: as x264 takes them)",
    group: "video",
    commands: ["pack", "watch"],
    words: ["cores", "cpu", "parallel"],
    parse: POSITIVE,
  },
  {
    flags: "--nice <value>",
    text: "how much ffmpeg gives way to other programs, 0 to 19",
    group: "video",
    commands: ["pack", "watch", "task", "worker"],
    words: ["priority", "background"],
    parse: wholeNumber(0, 19),
  },
  {
    flags: "--reproducible",
    text: "the same bytes on every run and every machine with the same ffmpeg: one encoder thread a rung, slower",
    group: "video",
    commands: ENCODE,
    words: ["deterministic", "threads"],
  },
  {
    flags: "--bitrate <file[:track]=bitrate>",
    text: "bitrate for the manifests, such as film.mp4=5000k (default: measured); repeatable",
    group: "ladder",
    commands: ["mux"],
    parse: collect,
  },
  {
    flags: "--fragment <seconds>",
    text: "length of a fragment, 0.5 to 60; the key frames that all rungs share decide (default: 2)",
    group: "ladder",
    commands: ["mux"],
    words: ["segment", "chunk", "gop"],
    parse: decimal,
  },
];

function copyChoices(value: string, before: CopyChoice[] = []): CopyChoice[] {
  const choice = COPY_CHOICES.find((name) => name === copyChoice(value));
  if (choice !== undefined) return [...new Set([...before, choice])];
  throw new InvalidArgumentError(`Expected ${COPY_CHOICES.join(" or ")}.`);
}

/** Seconds, or a time of a clock. */
function time(text: string): number {
  if (/^(?:\d+:[0-5]?\d:[0-5]?\d|\d+:[0-5]?\d|\d+)(?:\.\d+)?$/.test(text))
    return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  throw new InvalidArgumentError(
    "Expected a time, such as 90, 1:30 or 0:01:30.5.",
  );
}

function number(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a number, such as 23.");
}

function pieces(text: string): PiecesChoice {
  if (text === "auto" || text === "off") return text;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected auto, off or seconds, such as 30.");
}
