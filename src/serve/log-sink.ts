import { messageOf } from "../errors.js";
import { logFile, STANDARD_OUTPUT, type Target } from "./log-target.js";
import { LostLines } from "./lost-lines.js";

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
  readonly #lost: LostLines;
  #waiting = "";
  #isWriting = false;
  #wantsReopen = false;
  #onEmpty: (() => void) | undefined;

  constructor(target: Target, onTrouble: (sentence: string) => void) {
    this.#target = target;
    this.#onTrouble = onTrouble;
    this.#lost = new LostLines(onTrouble);
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
        this.#lost.add(Buffer.from(lines).subarray(written), error.message);
      this.#next();
    });
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
