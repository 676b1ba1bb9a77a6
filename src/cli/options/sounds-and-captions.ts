import { collect, type OptionRow } from "./option.js";
import { ENCODE, POSITIVE } from "./encode.js";

/** Which sounds and captions a package gets. */
export const SOUND_AND_CAPTION_OPTIONS: readonly OptionRow[] = [
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
    flags: "--loudness <target>",
    text: "make every sound as loud as that: ebu (-23 LUFS, peaks up to -1 dBTP), atsc (-24, -2), or LUFS such as -16 (peaks up to -1 dBTP); each sound is measured first; measure: only measure; off (default: the preset's, off)",
    brief: "ebu, atsc, LUFS such as -16, or measure",
    group: "audio",
    commands: ENCODE,
    words: [
      ...["volume", "normalize", "loudnorm", "lufs", "lkfs", "gain"],
      ...["ebu r128", "a/85", "true peak", "dbtp"],
    ],
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
];

/** `--audio 1 --audio 2` is `--audio 1,2`. */
function joined(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}
