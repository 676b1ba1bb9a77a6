import { CHANNELS, type Channel } from "../captions/cea608.js";
import { EMBEDDED, isTextCodec, TTML_TRACK } from "../captions/embedded.js";
import { PackError } from "../errors.js";
import {
  propertiesOf,
  kindByWords,
  type CaptionKind,
} from "../captions/names.js";
import { toWebVtt } from "../captions/write-web-vtt.js";
import type { Tools } from "../ffmpeg/find.js";
import type { Ticks } from "../media/time.js";
import type { TextSource } from "../plan/encode-plan.js";
import type { IgnoredStream } from "../probe/source-info.js";
import { decodable } from "./decodable-text.js";
import {
  extractCaptions,
  type CaptionedSource,
  type Extracted,
} from "./extract-captions.js";
import { LATER } from "./text-outlet.js";

/** The files of a film: one, or the inputs of mux. */
export interface FilmInside {
  readonly files: readonly CaptionedSource[];
  readonly tools: Tools;
}

/** Captions of one stream of the package, before they are read. */
export interface GivenCaptions {
  /** For messages: the path of the file, or the stream in the film. */
  readonly label: string;
  readonly source: Omit<TextSource, "content">;
  /** ffmpeg's name, for a stream of the film. */
  readonly codec?: string;
  readonly language: string;
  readonly kind: CaptionKind;
  /** Text that is no file. */
  readonly text?: InsideText;
}

export interface InsideText {
  readonly bytes: Uint8Array;
  readonly isEmpty: boolean;
  /** Makes a function from the text's times to the film's; missing when they are the film's. */
  readonly clock?: () => (time: Ticks) => Ticks;
}

/** Captions by the value of `--captions` that asks for them. */
export type InsideParts = ReadonlyMap<string, readonly GivenCaptions[]>;

/**
 * The captions inside a film, each file read once.
 *
 * @param values such as `embedded`, `cc1`, `cc3=spa`
 * @throws PackError `usage` for a value that is wrong, `input` when a file cannot be read
 */
export async function captionsInside(
  values: readonly string[],
  { files, tools }: FilmInside,
  signal: AbortSignal | undefined,
): Promise<{ parts: InsideParts; notes: readonly string[] }> {
  const parts = new Map(
    values.map((value) => [value, [] as GivenCaptions[]] as const),
  );
  const unread: string[] = [];
  const channels = values.filter((value) => value !== EMBEDDED);
  for (const file of files) {
    const wanted = values.includes(EMBEDDED) ? file.text.filter(isText) : [];
    const ofFfmpeg = wanted.filter((stream) => !isDocuments(stream));
    const { text, notes } = await decodable(
      ...([ofFfmpeg, file.path, tools, signal] as const),
    );
    unread.push(...notes);
    const documents = await ofDocuments(wanted, file, files.length > 1, signal);
    unread.push(...documents.notes);
    parts.get(EMBEDDED)?.push(...documents.given);
    const hasFields = channels.length > 0 && file.fields.length > 0;
    if (text.length === 0 && !hasFields) continue;
    const extracted = await extractCaptions(
      ...([file, text, hasFields, tools, signal] as const),
    );
    for (const stream of text)
      parts
        .get(EMBEDDED)
        ?.push(ofStream(stream, file, extracted.texts, files.length > 1));
    for (const value of hasFields ? channels : [])
      parts.get(value)?.push(...(await ofChannel(value, file, extracted)));
  }
  const none = unread.length > 0 ? [] : [...parts].flatMap(noneNotes);
  return { parts, notes: [...unread, ...none] };
}

function isText({ codec }: IgnoredStream): boolean {
  return isTextCodec(codec);
}

function isDocuments({ codec }: IgnoredStream): boolean {
  return codec === TTML_TRACK;
}

/** Tracks of TTML documents, which ffmpeg does not read. */
async function ofDocuments(
  wanted: readonly IgnoredStream[],
  file: CaptionedSource,
  isOneOfSeveral: boolean,
  signal: AbortSignal | undefined,
): Promise<{ given: GivenCaptions[]; notes: string[] }> {
  const given: GivenCaptions[] = [];
  const notes: string[] = [];
  const streams = wanted.filter(isDocuments);
  if (streams.length === 0) return { given, notes };
  const { readTtmlTrack } = await import("./ttml-tracks.js");
  for (const [number, stream] of streams.entries()) {
    const described = describeStream(stream, file.path, isOneOfSeveral);
    try {
      const text = await readTtmlTrack(
        ...([file.path, number, file.clock(), signal] as const),
      );
      given.push({ ...described, text });
    } catch (error) {
      if (!(error instanceof PackError) || error.code === "aborted")
        throw error;
      const why = error.message.replace(`${file.path}: `, "");
      const sentence = why.replace(/\.$/, "");
      notes.push(`${described.label} is left out: ${sentence}`);
    }
  }
  return { given, notes };
}

function ofStream(
  stream: IgnoredStream,
  { path, clock }: CaptionedSource,
  texts: ReadonlyMap<number, Uint8Array>,
  isOneOfSeveral: boolean,
): GivenCaptions {
  const bytes = texts.get(stream.index) ?? new Uint8Array();
  return {
    ...describeStream(stream, path, isOneOfSeveral),
    text: {
      bytes,
      isEmpty: !Buffer.from(bytes).includes(ARROW),
      clock: () => {
        const toFilm = clock();
        return (time) => toFilm(time - LATER);
      },
    },
  };
}

function describeStream(
  { index, codec, language, title, dispositions = [] }: IgnoredStream,
  path: string,
  isOneOfSeveral: boolean,
): Omit<GivenCaptions, "text"> {
  const facts = [codec, ...(language === undefined ? [] : [language])];
  const own = `stream ${index} (${facts.join(", ")})`;
  const isHard = dispositions.some((name) => HARD_OF_HEARING.includes(name));
  return {
    label: isOneOfSeveral ? `${path} ${own}` : own,
    source: { path, stream: index },
    codec,
    language: language ?? "und",
    kind: isHard ? "caption" : kindByWords(title ?? ""),
  };
}

/** Every caption has one between its times. */
const ARROW = "-->";

/** ffprobe's names. */
const HARD_OF_HEARING = ["hearing_impaired", "captions"];

function channelOf(value: string): Channel {
  const name = value.slice(0, 3);
  return CHANNELS.find((channel) => channel === name) ?? "cc1";
}

/** The first stream with captions in this channel counts: others repeat it. */
async function ofChannel(
  value: string,
  { path, text }: CaptionedSource,
  { fields }: Extracted,
): Promise<GivenCaptions[]> {
  const channel = channelOf(value);
  for (const { index, codec, captions } of fields) {
    const cues = await captions.cues(channel);
    if (cues.length === 0) continue;
    const isTrack = text.some((stream) => stream.index === index);
    const source = { path, channel, ...(isTrack && { stream: index }) };
    return [{ ...givenChannel(value, channel, cues), source, codec }];
  }
  return [];
}

function givenChannel(
  value: string,
  channel: Channel,
  cues: Parameters<typeof toWebVtt>[0],
): Omit<GivenCaptions, "source"> {
  const told = propertiesOf(value);
  return {
    label: `CEA-608 of ${channel.toUpperCase()}`,
    language: told.language ?? "und",
    kind: told.kind ?? "caption",
    text: { bytes: Buffer.from(toWebVtt(cues), "utf8"), isEmpty: false },
  };
}

function noneNotes([value, found]: readonly [
  string,
  readonly unknown[],
]): string[] {
  if (found.length > 0) return [];
  return [
    value === EMBEDDED
      ? `--captions ${EMBEDDED}: the film has no stream of text`
      : `--captions ${value}: the film has no CEA-608 captions of this channel`,
  ];
}
