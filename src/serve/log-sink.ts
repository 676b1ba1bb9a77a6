import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  write as writeFile,
} from "node:fs";
import { messageOf, errnoOf, outputError, withHint } from "../errors.js";
import { LIMITS } from "./limits.js";

/** Where lines of the log go. */
export interface LogSink {
  /** Whole lines, each with its end. */
  write(lines: string): void;
  /** Opens the file again. */
  reopen(): void;
  /** Writes the remaining lines. */
  close(): Promise<void>;
}

/** Characters kept for a slow disk or reader. Above this, lines are lost and counted. */
const MOST_WAITING = 16 * 1024 * 1024;

/**
 * Writes lines, batch after batch, into a file or to standard output.
 *
 * @param place a path, or an object that takes the lines; undefined for standard output
 * @param onWarning called when lines cannot be written
 * @throws PackError `output` when the file cannot be opened
 */
export function openLog(
  place: string | ((lines: string) => void) | undefined,
  onWarning: (sentence: string) => void,
): LogSink {
  if (typeof place === "function") return { ...NO_LOG, write: place };
  const target = place === undefined ? STANDARD_OUTPUT : logFile(place);
  return new Batches(target, onWarning);
}

/** No log at all. */
export const NO_LOG: LogSink = {
  write: () => undefined,
  reopen: () => undefined,
  close: async () => Promise.resolve(),
};

class Batches implements LogSink {
  readonly #target: LogTarget;
  readonly #onWarning: (sentence: string) => void;
  readonly #lost: LostLines;
  #waiting = "";
  #isWriting = false;
  #wantsReopen = false;
  #onEmpty: (() => void) | undefined;

  constructor(target: LogTarget, onWarning: (sentence: string) => void) {
    this.#target = target;
    this.#onWarning = onWarning;
    this.#lost = new LostLines(onWarning);
  }

  write(lines: string): void {
    if (this.#waiting.length + lines.length > MOST_WAITING)
      this.#lost.add(Buffer.from(lines), "they are not taken");
    else this.#waiting += lines;
    this.#next();
  }

  reopen(): void {
    this.#wantsReopen = true;
    this.#next();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      this.#next();
    });
    this.#target.close();
    this.#lost.tell();
  }

  #next(): void {
    if (this.#isWriting) return;
    if (this.#wantsReopen) this.#reopenNow();
    if (this.#waiting === "") {
      this.#onEmpty?.();
      return;
    }
    const lines = this.#waiting;
    this.#waiting = "";
    this.#isWriting = true;
    this.#target.put(lines, (error, written = 0) => {
      this.#isWriting = false;
      if (error)
        this.#lost.add(Buffer.from(lines).subarray(written), messageOf(error));
      this.#next();
    });
  }

  /** If the new file cannot be opened, the old one stays in use. */
  #reopenNow(): void {
    this.#wantsReopen = false;
    try {
      this.#target.reopen();
    } catch (error) {
      this.#onWarning(messageOf(error));
    }
  }
}

const NEWLINE = 0x0a;

/** Counts lines that could not be written. Warns at once, then at most once a minute. */
class LostLines {
  readonly #onWarning: (sentence: string) => void;
  #count = 0;
  #why = "";
  /** Runs during the pause between warnings: a full disk loses lines four times a second. */
  #quiet: NodeJS.Timeout | undefined;

  constructor(onWarning: (sentence: string) => void) {
    this.#onWarning = onWarning;
  }

  /** @param why the reason, from the system */
  add(lines: Uint8Array, why: string): void {
    for (const byte of lines) if (byte === NEWLINE) this.#count++;
    this.#why = why;
    if (this.#quiet !== undefined) return;
    this.tell();
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      this.tell();
    }, LIMITS.tellLostMs);
    this.#quiet.unref();
  }

  /** Reports the number of lost lines, if any. */
  tell(): void {
    if (this.#count === 0) return;
    const what = this.#count === 1 ? "1 line" : `${this.#count} lines`;
    this.#onWarning(`Lost of the access log: ${what} (${this.#why}).`);
    this.#count = 0;
  }
}

/** @param written bytes written before the error */
type WriteCallback = (error?: Error | null, written?: number) => void;

/** The place for batches of lines; one batch at a time. */
interface LogTarget {
  put(lines: string, done: WriteCallback): void;
  reopen(): void;
  close(): void;
}

const STANDARD_OUTPUT: LogTarget = {
  put: (lines, done) => process.stdout.write(lines, done),
  reopen: () => undefined,
  close: () => undefined,
};

/** Opened for appending, so that a program may also rotate the file by copying and truncating it. */
function logFile(path: string): LogTarget {
  let fd = openAppending(path);
  return {
    put: (lines, done) => writeAll(fd, Buffer.from(lines), 0, done),
    reopen() {
      const next = openAppending(path);
      closeSync(fd);
      fd = next;
    },
    close: () => closeSync(fd),
  };
}

/** Addresses are private: only owner and group may read the file. */
function openAppending(path: string): number {
  try {
    const fd = openSync(path, APPENDING, 0o640);
    if (fstatSync(fd).isFile()) return fd;
    // A pipe with a reader, or a terminal: writes must wait for it.
    const waiting = openSync(path, "a");
    closeSync(fd);
    return waiting;
  } catch (error) {
    const refusal = outputError(path, error, "--access-log FILE");
    if (errnoOf(error) !== "ENXIO") throw refusal;
    throw withHint(refusal, "This pipe has no reader: start its reader first.");
  }
}

/** Does not wait: to open a named pipe would wait for a reader. */
const APPENDING =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  constants.O_NONBLOCK;

function writeAll(
  fd: number,
  bytes: Buffer,
  at: number,
  done: WriteCallback,
): void {
  writeFile(fd, bytes, at, bytes.length - at, null, (error, count) => {
    if (error || at + count >= bytes.length) done(error, at);
    else writeAll(fd, bytes, at + count, done);
  });
}
