import { stat } from "node:fs/promises";
import { messageOf, PackError, errnoOf } from "../errors.js";
import { AddressBook } from "./address.js";
import { LineSplitter, fileBytes, unpacked } from "./log-bytes.js";
import {
  readCombinedLine,
  readJsonLine,
  type LogRequest,
} from "./log-lines.js";

/** A log: the path of a file, or bytes with a name, such as standard input. Both may be packed with gzip. */
export type LogFile =
  string | { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> };

/** The result of reading one log. */
export interface LogRead {
  readonly name: string;
  /** Lines that are not empty. */
  lines: number;
  /** Lines among these in no known format, or too long. */
  unread: number;
  /** The reason why the rest could not be read; null if all was read. */
  problem: string | null;
}

/** A line with a wrong time must not decide the turn of its log. */
const LOOK_AHEAD = 8;

/** Gives the requests of one log, as many at a time as one read of the disk brings. */
export class LogReader {
  read: LogRead;
  #batches: AsyncIterator<LogRequest[]> | undefined;
  #batch: readonly LogRequest[] = [];
  #at = 0;
  #second = Infinity;

  constructor(
    readonly log: LogFile,
    readonly addresses: AddressBook,
  ) {
    this.read = freshRead(log);
  }

  /** The approximate time of the next request; Infinity at the end of the log. */
  get second(): number {
    return this.#second;
  }

  /** Reads on when all requests are taken. */
  async fill(): Promise<void> {
    if (this.#at < this.#batch.length) return;
    this.#batches ??= requestsOf(this.log, this.read, this.addresses);
    const next = await this.#batches.next();
    this.#batch = next.done ? [] : next.value;
    this.#at = 0;
    this.#look();
  }

  /** Closes a file until its turn. Then it is read from the beginning again. A pipe stays open. */
  async close(): Promise<void> {
    if ((await this.file()) === undefined) return;
    await this.#batches?.return?.();
    this.#batches = undefined;
    this.#batch = [];
    this.#at = 0;
    this.read = freshRead(this.log);
  }

  /** The identity of the file under any name: one file has one word. Undefined for pipes and missing files. */
  async file(): Promise<string | undefined> {
    if (typeof this.log !== "string") return undefined;
    const stats = await stat(this.log, { bigint: true }).catch(() => undefined);
    return stats?.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
  }

  /** Takes a request, and the requests after it that were no later. */
  takeUntil(second: number): readonly LogRequest[] {
    const begin = this.#at;
    do this.#at += 1;
    while (this.#isNext(second));
    this.#look();
    return this.#batch.slice(begin, this.#at);
  }

  #isNext(until: number): boolean {
    const next = this.#batch[this.#at];
    return next !== undefined && next.second <= until;
  }

  #look(): void {
    const next = this.#batch.slice(this.#at, this.#at + LOOK_AHEAD);
    this.#second = Math.min(...next.map(({ second }) => second));
  }
}

export function nameOf(log: LogFile): string {
  return typeof log === "string" ? log : log.name;
}

function freshRead(log: LogFile): LogRead {
  return { name: nameOf(log), lines: 0, unread: 0, problem: null };
}

/** Batches of requests, without empty ones. */
async function* requestsOf(
  log: LogFile,
  read: LogRead,
  addresses: AddressBook,
): AsyncGenerator<LogRequest[]> {
  const splitter = new LineSplitter();
  const understand = (lines: readonly string[]) => {
    const requests: LogRequest[] = [];
    for (const line of lines) {
      const request = readLine(line, addresses);
      if (request !== undefined) requests.push(request);
    }
    read.lines += lines.length + splitter.tooLong;
    read.unread += lines.length - requests.length + splitter.tooLong;
    splitter.tooLong = 0;
    return requests;
  };
  try {
    const bytes =
      typeof log === "string" ? fileBytes(log) : unpacked(log.bytes);
    for await (const chunk of bytes) {
      const requests = understand(splitter.push(chunk));
      if (requests.length > 0) yield requests;
    }
  } catch (error) {
    read.problem = problemOf(read.name, error);
  }
  const last = understand(splitter.finish());
  if (last.length > 0) yield last;
}

/**
 * A packed log may be cut off while it is still written: the requests read so far count.
 *
 * @throws PackError `input` for a log that cannot be read at all
 */
function problemOf(name: string, error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && code.startsWith("Z_"))
    return `the packed data is damaged or cut off (${messageOf(error)})`;
  throw new PackError("input", `${name}: ${reasonOf(error)}.`, {
    cause: error,
    facts: { file: name, errno: errnoOf(error) },
  });
}

function reasonOf(error: unknown): string {
  switch (errnoOf(error)) {
    case "ENOENT":
      return "no such file";
    case "EISDIR":
      return "is a folder, expected an access log";
    case "EACCES":
      return "may not be read (permission denied)";
    default:
      return `cannot be read (${messageOf(error)})`;
  }
}

/** A line in any format; one log may mix formats. Undefined for an unknown format. */
export function readLine(
  line: string,
  addresses: AddressBook,
): LogRequest | undefined {
  return line.startsWith("{")
    ? readJsonLine(line, addresses)
    : readCombinedLine(line, addresses);
}
