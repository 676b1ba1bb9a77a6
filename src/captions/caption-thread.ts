import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PackError, type PackErrorCode } from "../errors.js";
import { hashOf, readCaptionFile } from "./caption-file.js";
import { packCues, type PackedCues } from "./packed-cues.js";
import {
  readCaptions,
  type CaptionOptions,
  type Captions,
} from "./read-captions.js";

/** The path of a caption file, or the bytes of captions without one. */
export type CaptionSource = string | Uint8Array;

/** Captions that were read, with their cues packed. */
export interface PackedCaptions extends Omit<Captions, "cues"> {
  readonly cues: PackedCues;
  /** See {@link hashOf}. */
  readonly content: string;
}

/** The order for a thread: {@link readPacked}. It reads the file itself: here its bytes would be garbage for long. */
export interface CaptionOrder {
  readonly source: CaptionSource;
  readonly fileName: string;
  readonly options: Omit<CaptionOptions, "clock">;
}

/** A thread's message: an error loses its class on the way between threads. */
export type CaptionAnswer =
  | { readonly captions: PackedCaptions }
  | {
      readonly code: PackErrorCode | undefined;
      readonly message: string;
      readonly hint: string | undefined;
      readonly facts: Readonly<Record<string, unknown>>;
    };

/** See {@link readCaptions}. */
export async function readPacked(
  source: CaptionSource,
  fileName: string,
  options: CaptionOptions,
): Promise<PackedCaptions> {
  const isFile = typeof source === "string";
  const bytes = isFile ? await readCaptionFile(source) : source;
  const read = await readCaptions(bytes, fileName, options);
  return { ...read, cues: packCues(read.cues), content: hashOf(bytes) };
}

/** Fewer bytes are read before a thread has started. */
const BYTES_WORTH_A_THREAD = 1_000_000;

/**
 * What readers leave behind is soon garbage. In the main thread, whose size cannot be limited, it
 * would stay for 60 MB longer. A second thread would take 30 MB. A rare file that needs more than this
 * is read by the main thread.
 */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 24 };

/** A larger file may need more memory than the thread has. */
const MOST_BYTES = 1_000_000;

/** Built beside this file. When mss-pack runs from the source, this thread reads. */
const WORKER = fileURLToPath(new URL("./caption-worker.js", import.meta.url));

/** Reads caption files, in a thread of its own when there is enough to read. */
export class CaptionReader {
  readonly #thread: ReadingThread | undefined;

  /** @param bytes of all files */
  constructor(bytes: number) {
    const isWorth = bytes >= BYTES_WORTH_A_THREAD && existsSync(WORKER);
    this.#thread = isWorth ? new ReadingThread() : undefined;
  }

  /** How many files should be read at once: none waits while the thread is at work. */
  get ahead(): number {
    return this.#thread === undefined ? 1 : 2;
  }

  /** See {@link readPacked}. */
  async read(
    source: CaptionSource,
    fileName: string,
    options: CaptionOptions,
  ): Promise<PackedCaptions> {
    const { clock, ...others } = options;
    // A function cannot go to another thread.
    const isHere = clock !== undefined || (await sizeOf(source)) > MOST_BYTES;
    const thread = this.#thread;
    if (thread === undefined || isHere || thread.isFull)
      return readPacked(source, fileName, options);
    return thread.read({ source, fileName, options: others });
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}

/** The reader of a file that is not there has the words for it. */
async function sizeOf(source: CaptionSource): Promise<number> {
  if (typeof source !== "string") return source.length;
  return (await stat(source).catch(() => ({ size: 0 }))).size;
}

interface Waiting {
  readonly order: CaptionOrder;
  readonly resolve: (captions: PackedCaptions) => void;
  readonly reject: (reason: unknown) => void;
}

/** Answers come in the order of the orders. */
class ReadingThread {
  readonly #worker = new Worker(WORKER, { resourceLimits: LIMITS });
  readonly #waiting: Waiting[] = [];
  /** It has ended, because a file needed more memory than it has. */
  isFull = false;

  constructor() {
    this.#worker.on("message", (answer: CaptionAnswer) => {
      const waiting = this.#waiting.shift();
      if ("captions" in answer) waiting?.resolve(answer.captions);
      else waiting?.reject(errorOf(answer));
    });
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () =>
      this.#fail(new Error("a reading thread has ended")),
    );
  }

  read(order: CaptionOrder): Promise<PackedCaptions> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.isFull ||=
      (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
    for (const waiting of this.#waiting.splice(0))
      if (this.isFull) readHere(waiting);
      else waiting.reject(error);
  }
}

function readHere({ order, resolve, reject }: Waiting): void {
  const { source, fileName, options } = order;
  readPacked(source, fileName, options).then(resolve, reject);
}

function errorOf(answer: Exclude<CaptionAnswer, { captions: unknown }>): Error {
  const { code, message, hint, facts } = answer;
  return code === undefined
    ? new Error(message)
    : new PackError(code, message, {
        ...(hint !== undefined && { hint }),
        facts,
      });
}
