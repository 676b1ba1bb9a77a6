import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path/posix";
import { pipeline } from "node:stream/promises";
import { PackError } from "../errors.js";
import type { StoreAddress } from "./address.js";
import type { Store } from "./store.js";
import { openObject } from "./objects.js";
import { bytesFrom } from "./read.js";

/** An object under an address that any program can read. */
export interface Relay {
  /** On loopback, with a path that nobody can guess. */
  readonly url: string;
  /** Why the object could not be read; undefined when it could. */
  failure(): PackError | undefined;
  close(): void;
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
  const path = `/${randomBytes(16).toString("hex")}${extensionOf(address)}`;
  const closing = new AbortController();
  const reader = new Reader(store, address, closing.signal);
  const server = createServer((request, response) => {
    const isKnown = request.url === path && request.method === "GET";
    if (isKnown) void reader.answer(request, response);
    else response.writeHead(404).end();
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}${path}`,
    failure: () => reader.failure,
    close() {
      closing.abort();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Programs look at it when they guess what is inside. */
function extensionOf({ key }: StoreAddress): string {
  return /^\.\w{1,8}$/.exec(extname(key))?.[0] ?? "";
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return (server.address() as AddressInfo).port;
}

class Reader {
  failure: PackError | undefined;
  /** Of the first answer. */
  #etag: string | undefined;
  readonly #store: Store;
  readonly #address: StoreAddress;
  readonly #closing: AbortSignal;

  constructor(store: Store, address: StoreAddress, closing: AbortSignal) {
    this.#store = store;
    this.#address = address;
    this.#closing = closing;
  }

  async answer(request: IncomingMessage, response: ServerResponse) {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const signal = AbortSignal.any([this.#closing, gone.signal]);
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
