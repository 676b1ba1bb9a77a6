import { CaptionError, type Cue } from "../captions/cue.js";
import { readTtmlDocument } from "../captions/ttml.js";
import { toWebVtt } from "../captions/write-web-vtt.js";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import { inItsFile } from "./fragment-file.js";
import type { OpenFile, OpenFiles } from "./open-files.js";
import type { LoadedPackage, ServedLevel, ServedStream } from "./package.js";
import { readFully } from "./read-bytes.js";
import {
  durationOf,
  headOf,
  timeOf,
  type ServedFragment,
} from "./send-fragment.js";
import { sendBody } from "./send-part.js";

/** The stream's name in `text_eng.vtt`; undefined for other names. */
export function captionsIn(rest: string): string | undefined {
  return /^([^/]+)\.vtt$/i.exec(rest)?.[1];
}

const HEADERS = [
  ...["Content-Type", "text/vtt; charset=utf-8"],
  ...["Cache-Control", "public, max-age=300"],
];

/** What the origin has for them. */
interface CaptionParts {
  readonly captions: CaptionFiles;
  readonly files: OpenFiles;
}

/** Sends all captions of a text stream as one WebVTT file, for tools that read no fragments. */
export async function sendCaptions(
  exchange: Exchange,
  { captions, files }: CaptionParts,
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

/** WebVTT files of text streams, kept as long as their packages are. */
export class CaptionFiles {
  readonly #kept = new WeakMap<ServedStream, Promise<Buffer>>();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * One file is made at a time: a long film has thousands of documents.
   *
   * @throws CaptionError when a document cannot be read, FileChanged
   */
  async get(level: ServedLevel, files: OpenFiles): Promise<Buffer> {
    const { stream } = level;
    const kept = this.#kept.get(stream);
    if (kept !== undefined) return kept;
    const made = this.#last.then(() => webVttOf(level, files));
    this.#kept.set(stream, made);
    this.#last = made.catch(() => this.#kept.delete(stream));
    return made;
  }
}

async function webVttOf(level: ServedLevel, files: OpenFiles): Promise<Buffer> {
  const whole = new WholeCues();
  for (const number of level.fragments.time.keys()) {
    const duration = durationOf(level, number);
    const fragment = await inItsFile({ level, number, duration });
    const { file } = fragment.level;
    const open = files.takeOpen(file) ?? (await files.take(file));
    try {
      for (const cue of await cuesOfFragment(fragment, open)) whole.add(cue);
    } finally {
      files.release(open);
    }
  }
  return Buffer.from(toWebVtt(whole.cues), "utf8");
}

/** A larger document is not read: one of a whole film has a few hundred kilobytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The cues of a fragment by the clock of the film, as far as they lie in it. */
export async function cuesOfFragment(
  fragment: ServedFragment,
  open: OpenFile,
): Promise<Cue[]> {
  const { dataBegin, size } = await headOf(fragment, open);
  const { level, number, duration = Infinity } = fragment;
  const length = size - dataBegin;
  if (length > MOST_BYTES) throw new CaptionError("a document is too long.");
  const bytes = Buffer.alloc(length);
  const begin = (level.fragments.offset[number] ?? 0) + dataBegin;
  await readFully(open, bytes, length, begin);
  const start = Number(timeOf(fragment));
  // Documents of `stpp` count from the begin of the track. ISO/IEC 14496-30 5.2
  const shift = level.sampleEntry === "stpp" ? 0 : start;
  return (await readTtmlDocument(bytes))
    .map((cue) => ({
      ...cue,
      begin: Math.max(start, cue.begin + shift),
      end: Math.min(start + duration, cue.end + shift),
    }))
    .filter((cue) => cue.begin < cue.end && cue.end < Infinity);
}

/** A cue that goes on in the next fragment is in both: here it is one again. */
class WholeCues {
  readonly cues: Cue[] = [];
  /** Indexes of cues by their end and what they show. */
  readonly #ends = new Map<string, number>();

  add(cue: Cue): void {
    const shown = JSON.stringify([cue.lines, cue.place]);
    const index = this.#ends.get(`${cue.begin} ${shown}`) ?? this.cues.length;
    const begin = this.cues[index]?.begin ?? cue.begin;
    this.cues[index] = { ...cue, begin };
    this.#ends.set(`${cue.end} ${shown}`, index);
  }
}
