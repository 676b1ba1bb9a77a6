import { hasFields } from "./field-stream.js";

/** Stands for the caption files beside the film. */
export const AUTO = "auto";

/** Stands for the streams of text inside the film. */
export const EMBEDDED = "embedded";

/** A channel of CEA-608 in the picture: `cc1`, `cc3=spa`. */
const CHANNEL = /^cc[1-4](?:=|$)/;

export function isChannel(value: string): boolean {
  return CHANNEL.test(value);
}

/** Captions inside the film, not in a file of their own? */
export function isInside(value: string): boolean {
  return value === EMBEDDED || isChannel(value);
}

/** Does the value mean captions of its own for each of several films? */
export function isOfEach(value: string): boolean {
  return value === AUTO || isInside(value);
}

/** How ffmpeg gives the text of a stream to our readers, so that as much of its style as possible survives. */
export interface TextForm {
  /** ffmpeg's encoder, or `copy`. */
  readonly codec: string;
  /** ffmpeg's muxer. */
  readonly muxer: string;
  /** Turns ffmpeg's text into what our readers expect. */
  readonly tidy?: (text: string) => string;
}

const SUBRIP: TextForm = { codec: "copy", muxer: "srt" };

/** Styles, alignment and colours survive in SubRip's markup; pure TTML of ffmpeg would lose them. */
const CONVERTED: TextForm = { codec: "srt", muxer: "srt" };

const SUBSTATION: TextForm = { ...CONVERTED, tidy: tidySubStation };

/** By ffmpeg's names of codecs. To add one: a row. */
const FORMS: ReadonlyMap<string, TextForm> = new Map([
  ["subrip", SUBRIP],
  ["srt", SUBRIP],
  ["text", SUBRIP],
  // The markup of WebVTT, its classes and positions would be lost in any other form.
  ["webvtt", { codec: "copy", muxer: "webvtt" }],
  ["ass", SUBSTATION],
  ["ssa", SUBSTATION],
  ["mov_text", CONVERTED],
]);

/** Streams of pictures: their text would have to be recognised. */
const PICTURES: ReadonlyMap<string, string> = new Map([
  ["hdmv_pgs_subtitle", "Blu-ray"],
  ["dvd_subtitle", "DVD"],
  ["dvb_subtitle", "DVB"],
  ["xsub", "DivX"],
]);

/** How the text of a stream is extracted; undefined when it cannot be. */
export function textFormOf(codec: string): TextForm | undefined {
  return FORMS.get(codec);
}

/** Why a subtitle stream is not taken by itself. */
export function reasonLeftOut(codec: string): string {
  const pictures = PICTURES.get(codec);
  if (pictures !== undefined)
    return `it is pictures of text (${pictures}), which cannot become captions`;
  if (hasFields({ codec })) return "--captions cc1 takes it";
  return FORMS.has(codec)
    ? "--captions embedded takes it"
    : `captions of this kind are not read (${codec})`;
}

/** A line that draws a shape: ffmpeg loses the override that says so. */
const DRAWING = /^\s*m(?:\s+-?[\d.]+){2}(?:\s+(?:[mnlbspc]|-?[\d.]+))*\s*$/;

/** ffmpeg passes drawings and hard blanks on as text. */
function tidySubStation(text: string): string {
  return text
    .split("\n")
    .filter((line) => !DRAWING.test(line.replaceAll(/<[^<>]*>/g, "")))
    .join("\n")
    .replaceAll("\\h", " ");
}
