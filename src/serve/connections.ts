import type { Socket } from "node:net";

/** The connections of a server, with the number of replies that are owed on each. */
export class Connections {
  readonly #owed = new Map<Socket, number>();
  #isClosing = false;
  #allGone: () => void = () => undefined;

  add(socket: Socket): void {
    this.#owed.set(socket, 0);
    socket.once("close", () => {
      this.#owed.delete(socket);
      if (this.#owed.size === 0) this.#allGone();
    });
  }

  /** Something was asked for. */
  begin(socket: Socket): void {
    const owed = this.#owed.get(socket);
    if (owed !== undefined) this.#owed.set(socket, owed + 1);
  }

  /** It was answered. */
  end(socket: Socket): void {
    const owed = this.#owed.get(socket);
    if (owed === undefined) return;
    this.#owed.set(socket, owed - 1);
    if (this.#isClosing && owed === 1) socket.destroySoon();
  }

  /**
   * Closes each as soon as nothing is owed on it; those too that never asked for anything.
   *
   * @returns when all are gone: a server says so of itself before its sockets do
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    const gone = new Promise<void>((resolve) => (this.#allGone = resolve));
    if (this.#owed.size === 0) this.#allGone();
    for (const [socket, owed] of this.#owed)
      if (owed === 0) socket.destroySoon();
    await gone;
  }
}
