import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { LIMITS } from "./limits.js";

/** Called when a connection is broken. */
type OnBroken = () => void;

/**
 * Replies that wait for their turn. A client may send many requests over one connection without
 * waiting for replies. Replies made before their turn would fill the memory; so would the requests.
 */
export class PipelinedReplies {
  readonly #lines = new Map<Socket, Set<OnBroken>>();
  #waiting = 0;

  /**
   * Waits until it is this reply's turn on its connection.
   *
   * @returns false if the connection breaks before. Node does not report that: it closes only the
   * reply whose turn it is
   */
  async wait(socket: Socket, response: ServerResponse): Promise<boolean> {
    if (response.socket !== null) return true;
    if (socket.destroyed) return false;
    const line = this.#lines.get(socket) ?? this.#newLine(socket);
    return new Promise((resolve) => {
      const broken = () => resolve(false);
      line.add(broken);
      this.#waiting++;
      this.#hold(socket, line);
      response.once("socket", () => {
        if (line.delete(broken)) this.#waiting--;
        if (!isFull(line) && socket.isPaused()) socket.resume();
        resolve(true);
      });
    });
  }

  /** Leaves further requests with the client. Those that were read already, some 64 kB, still come. */
  #hold(socket: Socket, line: ReadonlySet<OnBroken>): void {
    if (this.#waiting > LIMITS.waiting.all) socket.destroy();
    else if (isFull(line)) socket.pause();
  }

  /** One listener for each connection. */
  #newLine(socket: Socket): Set<OnBroken> {
    const line = new Set<OnBroken>();
    this.#lines.set(socket, line);
    // Node resumes after every request that it has read.
    socket.on("resume", () => {
      if (isFull(line)) socket.pause();
    });
    socket.once("close", () => {
      this.#lines.delete(socket);
      this.#waiting -= line.size;
      for (const broken of line) broken();
      line.clear();
    });
    return line;
  }
}

function isFull(line: ReadonlySet<OnBroken>): boolean {
  return line.size > LIMITS.waiting.ofConnection;
}
