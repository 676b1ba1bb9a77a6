import type { IncomingMessage, ServerResponse } from "node:http";
import type { LogFacts } from "./log-line.js";

/** The client has gone, or was sent away; there is nobody to tell. */
export class Gone extends Error {
  override readonly name = "Gone";
}

/** A request, its reply, and what the log will say of them. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly beganMs = performance.now();
  /** Body bytes that the system has taken. */
  sent = 0;
  /** What was asked for, as far as it is known. */
  facts: LogFacts = {};
  /** Since when the bytes under way have waited for the client to take them. */
  waitingSinceMs = Infinity;
  #onGone: ((error: Gone) => void) | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    response.once("close", () => this.#onGone?.(new Gone()));
  }

  get isHead(): boolean {
    return this.request.method === "HEAD";
  }

  /**
   * Waits until it is this reply's turn: a client may ask for much at once over
   * one connection, and what waits would fill the memory.
   *
   * @throws Gone when the connection breaks before
   */
  async turn(): Promise<void> {
    const { request, response } = this;
    if (response.socket !== null) return;
    await new Promise<void>((resolve, reject) => {
      response.once("socket", () => resolve());
      request.socket.once("close", () => reject(new Gone()));
    });
  }

  /**
   * Sends bytes and waits until the system has taken all of them.
   *
   * @throws Gone when the connection breaks: `bytes` may still be read from then
   */
  async put(bytes: Buffer, isLast: boolean): Promise<void> {
    const { response } = this;
    if (response.destroyed) throw new Gone();
    this.waitingSinceMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#onGone = reject;
      const done = (error?: Error | null) => {
        if (error) {
          reject(new Gone());
          return;
        }
        // At once: the reply may be closed, and logged, before anybody who waits goes on.
        this.sent += bytes.length;
        resolve();
      };
      if (isLast) response.end(bytes, done);
      else response.write(bytes, done);
    });
    this.#onGone = undefined;
    this.waitingSinceMs = Infinity;
  }
}
