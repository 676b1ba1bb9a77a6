import { CaptionError } from "../captions/cue.js";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import type { LoadedPackage } from "./package.js";
import { sendBody } from "./send-part.js";
import type { OriginParts } from "./settings.js";

/** The stream's name in `text_eng.vtt`; undefined for other names. */
export function captionsIn(rest: string): string | undefined {
  return /^([^/]+)\.vtt$/i.exec(rest)?.[1];
}

const HEADERS = [
  ...["Content-Type", "text/vtt; charset=utf-8"],
  ...["Cache-Control", "public, max-age=300"],
];

/** Sends all captions of a text stream as one WebVTT file, for tools that read no fragments. */
export async function sendCaptions(
  exchange: Exchange,
  { captions, files }: OriginParts,
  { path, streams }: LoadedPackage,
  name: string,
): Promise<void> {
  const level = streams
    .filter(({ type }) => type === "text")
    .find((stream) => stream.name.toLowerCase() === name.toLowerCase())
    ?.levels.at(0);
  if (level === undefined) return sendError(exchange, ERRORS.noStream);
  try {
    const bytes = await captions.get(level, files);
    const { file } = level;
    const etag = `"${file.identity}-vtt"`;
    await sendBody(exchange, { file, etag, headers: HEADERS }, bytes);
  } catch (error) {
    if (!(error instanceof CaptionError)) throw error;
    const problem = `${path}, ${level.stream.name}: ${error.message}`;
    await sendError(exchange, ERRORS.wrongPackage(problem));
  }
}
