import type { Socket } from "node:net";

/** The connections of a server, with the number of replies that are owed on each. */
export class Connections {
  readonly #owed = new Map<Socket, number>();
  #isClosing = false;

  add(socket: Socket): void {
    this.#owed.set(socket, 0);
    socket.once("close", () => this.#owed.delete(socket));
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

  /** Closes each as soon as nothing is owed on it; those too that never asked for anything. */
  close(): void {
    this.#isClosing = true;
    for (const [socket, owed] of this.#owed)
      if (owed === 0) socket.destroySoon();
  }
}
