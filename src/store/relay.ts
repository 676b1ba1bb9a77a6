import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path/posix";
import { pipeline } from "node:stream/promises";
import { PackError } from "../errors.js";
import type { StoreAddress } from "./address.js";
import { openLoopback, type Loopback } from "./loopback.js";
import type { Store } from "./store.js";
import { openObject } from "./objects.js";
import { bytesFrom } from "./read.js";

/** An object under an address that any program can read. */
export interface Relay extends Loopback {
  /** Why the object could not be read; undefined when it could. */
  failure(): PackError | undefined;
}

/**
 * Lets a program read an object by ranges. Each of its requests is signed here, when it comes,
 * so the program gets no signature, none expires in a long run, and credentials that change are
 * the newest. All requests read the same object, or fail.
 */
export async function openRelay(
  store: Store,
  address: StoreAddress,
): Promise<Relay> {
  const reader = new Reader(store, address);
  const loopback = await openLoopback(
    extensionOf(address),
    (request, response, signal) => reader.answer(request, response, signal),
  );
  return { ...loopback, failure: () => reader.failure };
}

/** Programs look at it when they guess what is inside. */
function extensionOf({ key }: StoreAddress): string {
  return /^\.\w{1,8}$/.exec(extname(key))?.[0] ?? "";
}

class Reader {
  failure: PackError | undefined;
  /** Of the first answer. */
  #etag: string | undefined;
  readonly #store: Store;
  readonly #address: StoreAddress;

  constructor(store: Store, address: StoreAddress) {
    this.#store = store;
    this.#address = address;
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ) {
    try {
      await this.#send(request.headers.range, response, signal);
    } catch (error) {
      // A program that seeks leaves in the middle of an answer.
      const isOurs = signal.aborted || statusOf(error) === BEHIND_THE_END;
      if (!isOurs && error instanceof PackError) this.failure ??= error;
      if (response.headersSent) response.destroy();
      else response.writeHead(statusOf(error)).end();
    }
  }

  async #send(
    range: string | undefined,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const etag = this.#etag;
    const options = { range, etag, signal };
    const opened = await openObject(this.#store, this.#address, options);
    this.#etag ??= opened.etag;
    response.writeHead(opened.status, {
      "Accept-Ranges": "bytes",
      "Content-Length": opened.sizeBytes,
      ...(opened.range !== undefined && { "Content-Range": opened.range }),
    });
    const begin = Number(/(\d+)-/.exec(opened.range ?? "")?.[1] ?? 0);
    const bytes = bytesFrom(this.#store, opened, begin, signal);
    await pipeline(bytes, response, { signal });
  }
}

/** A program may ask for more than there is: that is no failure. */
const BEHIND_THE_END = 416;

function statusOf(error: unknown): number {
  const status = error instanceof PackError ? error.facts["status"] : undefined;
  return typeof status === "number" ? status : 502;
}
