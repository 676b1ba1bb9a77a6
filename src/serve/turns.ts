import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Replies that wait, by connection: told when it breaks. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Waits until it is this reply's turn on its connection: a client may ask for
 * much at once, and what is made before its turn would fill the memory.
 *
 * @returns false when the connection breaks before
 */
export async function turnOf(
  { socket }: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (response.socket !== null) return true;
  if (socket.destroyed) return false;
  const others = waiting.get(socket) ?? listenTo(socket);
  return new Promise((resolve) => {
    const broken = () => resolve(false);
    others.add(broken);
    response.once("socket", () => {
      others.delete(broken);
      resolve(true);
    });
  });
}

/** One listener for all of a connection. */
function listenTo(socket: Socket): Set<() => void> {
  const others = new Set<() => void>();
  waiting.set(socket, others);
  socket.once("close", () => others.forEach((broken) => broken()));
  return others;
}
