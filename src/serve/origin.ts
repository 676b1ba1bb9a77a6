import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import {
  setImmediate as nextTurn,
  setTimeout as sleep,
} from "node:timers/promises";
import { messageOf } from "../errors.js";
import { answer } from "./answer.js";
import { ERRORS, sendError } from "./error-answers.js";
import { Exchange, ClientGone } from "./exchange.js";
import { LIMITS } from "./limits.js";
import { BACKLOG } from "./listen.js";
import { PipelinedReplies } from "./pipelining.js";
import type { OriginParts } from "./settings.js";

/** One process that answers. */
export interface Origin {
  readonly server: Server;
  /** Stops accepting, then finishes replies under way, within a time limit. */
  close(): Promise<void>;
}

/** Makes the HTTP server of a site. It does not listen yet. */
export function makeOrigin(site: OriginParts): Origin {
  const active = new Set<Exchange>();
  const connections = new Connections();
  const turns = new PipelinedReplies();
  const server = createServer(LIMITS.server, (request, response) => {
    const exchange = new Exchange(request, response);
    const client = site.log.clientOf(exchange);
    const { socket } = request;
    active.add(exchange);
    connections.begin(socket);
    const end = () => {
      if (!active.delete(exchange)) return;
      exchange.close();
      site.log.add(exchange, client);
      connections.end(socket);
    };
    response.once("close", end);
    if (site.answers.answer(exchange, site)) return;
    void run(exchange, site, turns).catch(end);
  });
  server.on("connection", (socket) => connections.add(socket));
  server.maxConnections = LIMITS.connections;
  server.keepAliveTimeout = LIMITS.keepAliveMs;
  const sweep = setInterval(() => sendSlowAway(active), LIMITS.sweepMs);
  sweep.unref();
  const stop = async () => {
    await takeIn(connections);
    const closed = new Promise((resolve) => server.close(resolve));
    const ended = Promise.all([closed, connections.close()]);
    await orLate(ended, () => server.closeAllConnections());
    // Broken replies of the last connections are logged, too.
    await nextTurn();
    clearInterval(sweep);
  };
  return { server, close: stop };
}

/**
 * Waits for this reply's turn, then answers. Does nothing before.
 *
 * @throws ClientGone when the client is not there any more
 */
async function run(
  exchange: Exchange,
  site: OriginParts,
  turns: PipelinedReplies,
): Promise<void> {
  const { request, response } = exchange;
  if (!(await turns.wait(request.socket, response))) throw new ClientGone();
  try {
    await answer(exchange, site);
  } catch (error) {
    if (error instanceof ClientGone) throw error;
    await fail(exchange, site, error);
  }
}

/** An unexpected error fails this request only. */
async function fail(
  exchange: Exchange,
  site: OriginParts,
  error: unknown,
): Promise<void> {
  const { response, request } = exchange;
  site.onWarning(`${request.url}: ${messageOf(error)}`);
  if (response.headersSent) response.destroy();
  else await sendError(exchange, ERRORS.unreadable);
}

/** Readers that take next to nothing would hold their buffers for ever. */
function sendSlowAway(active: ReadonlySet<Exchange>): void {
  const nowMs = performance.now();
  for (const { waitingSinceMs, response } of active)
    if (nowMs - waitingSinceMs > LIMITS.blockMs) response.destroy();
}

/** Waits for an end, and calls `hurry` when it is late. */
async function orLate(end: Promise<unknown>, hurry: () => void): Promise<void> {
  const timer = setTimeout(hurry, LIMITS.drainMs);
  await end;
  clearTimeout(timer);
}

/**
 * Lets in connections and requests that the system has accepted already and that this process has
 * not seen yet. To close now would break them. Ends when nothing new comes, or when more has come
 * than the system can have held: the rest is new load.
 */
async function takeIn(connections: Connections): Promise<void> {
  const most = connections.seen + 2 * (BACKLOG + connections.count);
  let before: number;
  do {
    before = connections.seen;
    await sleep(LIMITS.quietMs);
    // A process that got no time sees its timer before what came meanwhile: first a connection, then its request.
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  } while (connections.seen !== before && connections.seen < most);
}

const TURNS = 3;

/** The connections of a server, with the number of replies that each still waits for. */
class Connections {
  /** Connections and requests so far. */
  seen = 0;
  readonly #owed = new Map<Socket, number>();
  #isClosing = false;
  #allGone: () => void = () => undefined;

  get count(): number {
    return this.#owed.size;
  }

  add(socket: Socket): void {
    this.seen++;
    this.#owed.set(socket, 0);
    socket.once("close", () => {
      this.#owed.delete(socket);
      if (this.#owed.size === 0) this.#allGone();
    });
  }

  /** A request came. */
  begin(socket: Socket): void {
    this.seen++;
    const owed = this.#owed.get(socket);
    if (owed !== undefined) this.#owed.set(socket, owed + 1);
  }

  /** A reply ended. */
  end(socket: Socket): void {
    const owed = this.#owed.get(socket);
    if (owed === undefined) return;
    this.#owed.set(socket, owed - 1);
    if (this.#isClosing && owed === 1) socket.destroySoon();
  }

  /**
   * Closes each connection once it waits for no reply, even one that never sent a request.
   *
   * @returns when all are gone: a server reports its end before its sockets are closed
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
