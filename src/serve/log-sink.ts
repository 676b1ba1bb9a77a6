import { closeSync, openSync, write as writeFile } from "node:fs";
import { messageOf } from "../errors.js";
import { outputError } from "../output-error.js";

/** Where lines of the log go. */
export interface LogSink {
  /** Whole lines, each with its end. */
  write(lines: string): void;
  /** Opens the file anew. */
  reopen(): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** More than this is not kept for a disk or a reader that takes nothing: then lines are lost, and counted. */
const MOST_WAITING = 16 * 1024 * 1024;

type Done = (error?: Error | null) => void;

/** Where a batch of lines is put; one is put at a time. */
interface Target {
  put(lines: string, done: Done): void;
  reopen(): void;
  close(): void;
}

/**
 * Lines one batch after another into a file or to standard output.
 *
 * @param path undefined for standard output
 * @param onTrouble told when lines cannot be written
 * @throws PackError `output` when the file cannot be opened
 */
export function openLog(
  path: string | undefined,
  onTrouble: (sentence: string) => void,
): LogSink {
  const target = path === undefined ? STANDARD_OUTPUT : logFile(path);
  return new Batches(target, onTrouble);
}

/** No log at all. */
export const NO_LOG: LogSink = {
  write: () => undefined,
  reopen: () => undefined,
  close: async () => Promise.resolve(),
};

class Batches implements LogSink {
  readonly #target: Target;
  readonly #onTrouble: (sentence: string) => void;
  #waiting = "";
  #lost = 0;
  #isWriting = false;
  #wantsReopen = false;
  #onEmpty: (() => void) | undefined;

  constructor(target: Target, onTrouble: (sentence: string) => void) {
    this.#target = target;
    this.#onTrouble = onTrouble;
  }

  write(lines: string): void {
    if (this.#waiting.length + lines.length > MOST_WAITING) this.#lost++;
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
    this.#target.put(lines, (error) => {
      this.#isWriting = false;
      if (error) this.#lost++;
      this.#tellLost(error);
      this.#next();
    });
  }

  #tellLost(error: Error | null | undefined): void {
    if (this.#lost === 0) return;
    const why = error ? `: ${error.message}` : "";
    this.#onTrouble(`Lines of the access log were lost${why}.`);
    this.#lost = 0;
  }

  /** The old file goes on to be written when there can be no new one. */
  #reopenNow(): void {
    this.#wantsReopen = false;
    try {
      this.#target.reopen();
    } catch (error) {
      this.#onTrouble(messageOf(error));
    }
  }
}

const STANDARD_OUTPUT: Target = {
  put: (lines, done) => process.stdout.write(lines, done),
  reopen: () => undefined,
  close: () => undefined,
};

/** Appended to, so that a program may also turn the file over by copying and cutting it. */
function logFile(path: string): Target {
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

/** Addresses are nobody else's business: readable for owner and group. */
function openAppending(path: string): number {
  try {
    return openSync(path, "a", 0o640);
  } catch (error) {
    throw outputError(path, error);
  }
}

function writeAll(fd: number, bytes: Buffer, at: number, done: Done): void {
  writeFile(fd, bytes, at, bytes.length - at, null, (error, count) => {
    if (error || at + count >= bytes.length) done(error);
    else writeAll(fd, bytes, at + count, done);
  });
}
