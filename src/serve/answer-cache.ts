import type { Catalogue } from "./catalogue.js";
import type { Exchange } from "./exchange.js";
import { headIn } from "./fragment-head.js";
import { putTfdt, TFDT_SIZE } from "../isobmff/put-tfdt.js";
import type { LogFacts } from "./log-line.js";
import {
  isUnchanged,
  type OpenFile,
  type OpenFiles,
  type ServedFile,
  isAway,
} from "./open-files.js";
import type { LoadedPackage } from "./package.js";
import { type BufferPool, readFully } from "./read-bytes.js";

/** What an answer needs. */
interface AnswerSources {
  readonly catalogue: Catalogue;
  readonly files: OpenFiles;
  readonly pool: BufferPool;
}

/** An address that was answered with a whole fragment in one buffer, with all that the next answer needs. */
export interface RememberedAnswer {
  readonly loaded: LoadedPackage;
  readonly file: ServedFile;
  readonly begin: number;
  /** Its bytes in the file. */
  readonly size: number;
  /** A segment of DASH and HLS: see {@link putTfdt}. */
  readonly tfdtTime?: bigint | undefined;
  readonly headers: string[];
  readonly facts: LogFacts;
}

/** Two films of two hours in five rungs; each takes about half a kilobyte, a kilobyte at most. */
const MOST = 36_000;

/** Longer paths are not remembered. */
const LONGEST_PATH = 512;

/** Headers that ask for something other than the whole. */
const SPECIAL = [
  "range",
  "if-none-match",
  "if-modified-since",
  "if-match",
  "if-unmodified-since",
] as const;

/**
 * Answers by path, as the client wrote it: many clients watch one film. A query does not change a
 * fragment, and CMCD makes a new query every time. Unusual requests are left to the full code; this
 * cache sends nothing that the full code would not send.
 */
export class AnswerCache {
  readonly #answers = new Map<string, RememberedAnswer>();

  remember(url: string, answer: RememberedAnswer): void {
    const path = pathOf(url);
    if (path.length > LONGEST_PATH) return;
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(copyOf(path), answer);
  }

  /** @returns whether it was answered */
  answer(exchange: Exchange, sources: AnswerSources): boolean {
    const { request, response } = exchange;
    const { url = "", method, headers } = request;
    const path = pathOf(url);
    const remembered = this.#answers.get(path);
    if (
      remembered === undefined ||
      method !== "GET" ||
      response.socket === null
    )
      return false;
    if (SPECIAL.some((name) => headers[name] !== undefined)) return false;
    if (sources.catalogue.peek(remembered.loaded.path) !== remembered.loaded) {
      this.#answers.delete(path);
      return false;
    }
    const open = sources.files.takeOpen(remembered.file);
    if (open === undefined) return false;
    try {
      return !isAway(open.pace) && send(exchange, sources, remembered, open);
    } finally {
      sources.files.release(open);
    }
  }
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/** A slice of a string keeps the whole string in memory: 8 kB with a long query. */
function copyOf(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function send(
  exchange: Exchange,
  { pool }: AnswerSources,
  remembered: RememberedAnswer,
  open: OpenFile,
): boolean {
  const { begin, size, tfdtTime } = remembered;
  const spare = tfdtTime === undefined ? 0 : TFDT_SIZE;
  const end = spare + size;
  const buffer = pool.take(end);
  const isFit =
    buffer.length >= end && isThere(open, buffer, remembered, spare);
  if (!isFit || !isUnchanged(open, remembered.file)) {
    pool.give(buffer);
    return false;
  }
  exchange.facts = remembered.facts;
  exchange.response.writeHead(200, remembered.headers);
  const first = tfdtTime === undefined ? 0 : putTfdt(buffer, tfdtTime, begin);
  exchange.hand(buffer.subarray(first, end), true, (isTaken) =>
    isTaken ? pool.give(buffer) : pool.lose(buffer),
  );
  return true;
}

/** Reads the bytes, and checks whether they are the fragment. */
function isThere(
  open: OpenFile,
  buffer: Buffer,
  { begin, size }: RememberedAnswer,
  spare: number,
): boolean {
  const place = spare === 0 ? buffer : buffer.subarray(spare);
  try {
    void readFully(open, place, size, begin);
    return headIn(place.subarray(0, size), size)?.size === size;
  } catch {
    return false;
  }
}
