import { hasFields } from "./field-stream.js";
import { fromTeletext, type SubStationPacket } from "./teletext.js";

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
export type TextForm = (FileForm | PacketForm) & {
  /** ffmpeg's encoder, or `copy`. */
  readonly codec: string;
  /** ffmpeg's decoder, when not every ffmpeg has one for this codec. */
  readonly decoder?: string;
  readonly decoderOptions?: DecoderOptions;
};

/** Options of ffmpeg's decoder; true: one without a value. */
export type DecoderOptions = Readonly<Record<string, string | true>>;

interface FileForm {
  /** ffmpeg's muxer. */
  readonly muxer: string;
  /** Turns ffmpeg's file into what our readers expect. */
  readonly tidy?: (text: string) => string;
}

/** No muxer of ffmpeg keeps these times. */
interface PacketForm {
  /** Makes a caption file of the packets. */
  readonly read: (packets: readonly SubStationPacket[]) => string;
}

const SUBRIP: TextForm = { codec: "copy", muxer: "srt" };

/** Styles, alignment and colours survive in SubRip's markup; pure TTML of ffmpeg would lose them. */
const CONVERTED = { codec: "srt", muxer: "srt" };

const SUBSTATION: TextForm = { ...CONVERTED, tidy: tidySubStation };

/**
 * Pages that are subtitles; SubStation keeps their colours and places. An empty page erases the one before, which ffmpeg
 * tells only so; it then loses a caption that nothing erases before the end.
 */
const TELETEXT: TextForm = {
  codec: "ass",
  read: fromTeletext,
  decoder: "libzvbi_teletextdec",
  decoderOptions: {
    ...{ txt_page: "subtitle", txt_format: "ass" },
    fix_sub_duration: true,
  },
};

/** By ffmpeg's names of codecs. To add one: a row. */
const FORMS: ReadonlyMap<string, TextForm> = new Map<string, TextForm>([
  ["subrip", SUBRIP],
  ["srt", SUBRIP],
  ["text", SUBRIP],
  // The markup of WebVTT, its classes and positions would be lost in any other form.
  ["webvtt", { codec: "copy", muxer: "webvtt" }],
  ["ass", SUBSTATION],
  ["ssa", SUBSTATION],
  ["mov_text", CONVERTED],
  ["dvb_teletext", TELETEXT],
]);

/** Streams of pictures: their text would have to be recognised. */
const PICTURES: ReadonlyMap<string, string> = new Map([
  ["hdmv_pgs_subtitle", "Blu-ray"],
  ["dvd_subtitle", "DVD"],
  ["dvb_subtitle", "DVB"],
  ["xsub", "DivX"],
]);

/** Documents of TTML in a track of MP4, by its sample entry: ffmpeg reads none. ISO/IEC 14496-30 */
export const TTML_TRACK = "stpp";

/** Can the text of a stream become captions? */
export function isTextCodec(codec: string): boolean {
  return codec === TTML_TRACK || FORMS.has(codec);
}

/** How ffmpeg extracts the text of a stream; undefined when it cannot. */
export function textFormOf(codec: string): TextForm | undefined {
  return FORMS.get(codec);
}

/** Why a subtitle stream is not taken by itself. */
export function reasonLeftOut(codec: string): string {
  const pictures = PICTURES.get(codec);
  if (pictures !== undefined)
    return `it is pictures of text (${pictures}), which cannot become captions`;
  if (hasFields({ codec })) return "--captions cc1 takes it";
  return isTextCodec(codec)
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
