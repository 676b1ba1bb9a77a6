import { InvalidArgumentError } from "commander";
import {
  COPY_CHOICES,
  copyChoice,
  type CopyChoice,
} from "../../plan/copyable.js";
import type { PiecesChoice } from "../../pipeline/options.js";
import { DEFAULT_PRESET, ENCODER_PRESETS } from "../../plan/preset.js";
import {
  collect,
  decimal,
  wholeNumber,
  type CommandName,
  type OptionRow,
} from "./option.js";

/** Commands that make a plan, and may encode it. */
const ENCODE: readonly CommandName[] = ["pack", "watch", "plan"];

const POSITIVE = wholeNumber(1, 99_999, "a whole number above 0");

/** Which rungs are made, and how: the options of encoding. */
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
    flags: "--encoder-preset <speed>",
    text: "x264's speed (default: the preset's)",
    group: "video",
    commands: ENCODE,
    words: ["x264", "fast", "slow"],
    choices: ENCODER_PRESETS,
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
    text: "how many pieces are encoded at a time (default: one a core, as far as the memory goes)",
    group: "video",
    commands: ["pack", "watch"],
    words: ["cores", "cpu", "parallel"],
    parse: POSITIVE,
  },
  {
    flags: "--nice <value>",
    text: "how much ffmpeg gives way to other programs, 0 to 19",
    group: "video",
    commands: ["pack", "watch"],
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
    flags: "--audio <sounds>",
    text: "which sounds, the default one first: all, default, languages such as eng,deu, numbers of streams such as 2,3, mono streams of one sound such as 1+2 (default: the main sound of each language)",
    brief: "which sounds: all, default, eng,deu, or 2,3",
    group: "audio",
    commands: ENCODE,
    common: true,
    words: ["track", "map"],
    parse: joined,
  },
  {
    flags: "--audio-bitrate <bitrate>",
    text: "bitrate of the audio, such as 192k",
    group: "audio",
    commands: ENCODE,
  },
  {
    flags: "--audio-channels <count>",
    text: "1 or 2; 6 adds 5.1, 384 kbit/s, behind the stereo where the source has it (default: the preset's, 2)",
    group: "audio",
    commands: ENCODE,
    words: ["stereo", "surround", "5.1", "downmix"],
    parse: POSITIVE,
  },
  {
    flags: "--language <[stream=]code>",
    text: "language of the audio that the input gives none, such as eng, or of one stream, such as 2=eng; repeatable",
    brief: "language of untagged audio, such as eng",
    group: "audio",
    commands: ENCODE,
    common: true,
    parse: collect,
  },
  {
    flags: "--language <file[:track]=code>",
    text: "language of the audio in a file, such as film.m4a=eng; repeatable",
    group: "audio",
    commands: ["mux"],
    parse: collect,
  },
  {
    flags: "--audio-file <file[:track][=lang]>",
    text: "an AAC sound of the film, such as fr.m4a=fra, or film.mp4:3=fra for one track of several; repeatable",
    group: "audio",
    commands: ["add"],
    common: true,
    words: ["language", "track", "dub", "sound"],
    parse: collect,
  },
  {
    flags: "--captions <file[=lang]>",
    text: "captions from SubRip, WebVTT, TTML or SCC, such as film.srt=eng or film.vtt=deu,caption (for people who do not hear); repeatable",
    group: "captions",
    commands: ["add"],
    common: true,
    words: ["subtitle", "subtitles", "srt", "vtt", "text", "language"],
    parse: collect,
  },
  {
    flags: "--captions <file[=lang]>",
    text: "captions from SubRip, WebVTT, TTML or SCC, such as film.srt=eng or film.vtt=deu,caption (for people who do not hear); auto: those beside the film; embedded: the text inside it; cc1 to cc4, such as cc1=eng: CEA-608 in its picture; repeatable",
    brief: "film.srt=eng, or auto, embedded, cc1=eng",
    group: "captions",
    commands: [...ENCODE, "mux"],
    common: true,
    words: ["subtitle", "subtitles", "srt", "vtt", "text", "language"],
    parse: collect,
  },
  {
    flags: "--captions-encoding <name>",
    text: "how caption files that are not UTF-8 are written, such as iso-8859-2 (default: windows-1252)",
    group: "captions",
    commands: [...ENCODE, "mux", "add"],
    words: ["charset", "codepage"],
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

function number(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a number, such as 23.");
}

function pieces(text: string): PiecesChoice {
  if (text === "auto" || text === "off") return text;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected auto, off or seconds, such as 30.");
}

/** `--audio 1 --audio 2` is `--audio 1,2`. */
function joined(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}
