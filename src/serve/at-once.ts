import type { Exchange } from "./exchange.js";
import { headIn } from "./fragment-head.js";
import type { LogFacts } from "./log-line.js";
import { isUnchanged, type OpenFile, type ServedFile } from "./open-files.js";
import type { LoadedPackage } from "./package.js";
import { isAway } from "./pace.js";
import { readFully } from "./read-bytes.js";
import type { Site } from "./site.js";

/** An address that was answered with a whole fragment in one buffer, and all that the next answer needs. */
export interface Remembered {
  readonly known: LoadedPackage;
  readonly file: ServedFile;
  readonly begin: number;
  readonly size: number;
  readonly headers: string[];
  readonly facts: LogFacts;
}

/** Two films of two hours in five rungs; each takes about half a kilobyte. */
const MOST = 36_000;

/** Headers that ask for something else than all of it. */
const SPECIAL = ["range", "if-none-match", "if-modified-since"] as const;

/**
 * Answers by address, as it was written: a film is watched by many. Whatever is
 * not as usual is left to those who look closely; nothing is sent that they
 * would not send.
 */
export class AtOnce {
  readonly #answers = new Map<string, Remembered>();

  remember(url: string, answer: Remembered): void {
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(url, answer);
  }

  /** @returns whether it was answered */
  answer(exchange: Exchange, site: Site): boolean {
    const { request, response } = exchange;
    const { url = "", method, headers } = request;
    const found = this.#answers.get(url);
    if (found === undefined || method !== "GET" || response.socket === null)
      return false;
    if (SPECIAL.some((name) => headers[name] !== undefined)) return false;
    if (site.catalogue.peek(found.known.path) !== found.known) {
      this.#answers.delete(url);
      return false;
    }
    const open = site.files.takeOpen(found.file);
    if (open === undefined) return false;
    try {
      return !isAway(open.pace) && send(exchange, site, found, open);
    } finally {
      site.files.release(open);
    }
  }
}

function send(
  exchange: Exchange,
  { pool }: Site,
  found: Remembered,
  open: OpenFile,
): boolean {
  const { size } = found;
  const buffer = pool.take(size);
  const isFit = buffer.length >= size && isThere(open, buffer, found);
  if (!isFit || !isUnchanged(open, found.file)) {
    pool.give(buffer);
    return false;
  }
  exchange.facts = found.facts;
  exchange.response.writeHead(200, found.headers);
  exchange.hand(buffer.subarray(0, size), true, (isTaken) =>
    isTaken ? pool.give(buffer) : pool.lose(buffer),
  );
  return true;
}

/** Reads the bytes, and sees whether they are the fragment. */
function isThere(
  open: OpenFile,
  buffer: Buffer,
  { begin, size }: Remembered,
): boolean {
  try {
    void readFully(open, buffer, size, begin);
    return headIn(buffer.subarray(0, size), size)?.size === size;
  } catch {
    return false;
  }
}
