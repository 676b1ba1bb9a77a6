import { textFormOf, type DecoderOptions } from "../captions/embedded.js";
import { hasDecoder, type Tools } from "../ffmpeg/find.js";
import type { IgnoredStream } from "../probe/source-info.js";
import { teletextPages, type TeletextPage } from "../probe/teletext-pages.js";

/** A stream of text, with the options of ffmpeg's decoder for it. */
export interface DecodableText extends IgnoredStream {
  readonly decoderOptions?: DecoderOptions;
}

/**
 * The streams of text that this ffmpeg can decode, of teletext one page of subtitles.
 *
 * @param path of their file
 * @returns also a note for each stream or page that is left out
 * @throws PackError `input` when ffprobe cannot read the file
 */
export async function decodable(
  streams: readonly IgnoredStream[],
  path: string,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<{ text: DecodableText[]; notes: string[] }> {
  const text: DecodableText[] = [];
  const notes: string[] = [];
  for (const stream of streams) {
    const { decoder, decoderOptions } = textFormOf(stream.codec) ?? {};
    if (decoder === undefined) text.push(stream);
    else if (await hasDecoder(tools.ffmpeg.path, decoder)) {
      const pages = await teletextPages(path, stream.index, tools, signal);
      text.push(ofPage(stream, decoderOptions, pages[0]));
      notes.push(...pages.slice(1).map((page) => pageNote(stream, page)));
    } else notes.push(undecodableNote(stream, tools.ffmpeg.path, decoder));
  }
  return { text, notes };
}

/** Without a page that is announced, ffmpeg takes whatever page is marked as subtitles. */
function ofPage(
  stream: IgnoredStream,
  decoderOptions: DecoderOptions = {},
  page: TeletextPage | undefined,
): DecodableText {
  if (page === undefined) return { ...stream, decoderOptions };
  const { number, language, isHardOfHearing } = page;
  return {
    ...stream,
    language: stream.language ?? language,
    ...(isHardOfHearing && { dispositions: ["hearing_impaired"] }),
    decoderOptions: { ...decoderOptions, txt_page: String(number) },
  };
}

function pageNote({ index }: IgnoredStream, page: TeletextPage): string {
  const { number, language } = page;
  return `stream ${index}: page ${number} of its teletext (${language}) is left out: one page of a stream becomes captions`;
}

function undecodableNote(
  { index, codec }: IgnoredStream,
  ffmpeg: string,
  decoder: string,
): string {
  return `stream ${index} (${codec}) is left out: ${ffmpeg} has no decoder ${decoder}. Expected an ffmpeg with it, such as Debian's`;
}
