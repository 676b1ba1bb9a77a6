import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { messageOf } from "../errors.js";
import { answer } from "./answer.js";
import { Exchange, Gone } from "./exchange.js";
import { LIMITS } from "./limits.js";
import { sendSentence } from "./reply.js";
import type { Site } from "./site.js";

/** One process that answers. */
export interface Origin {
  readonly server: Server;
  /** Stops accepting, finishes what is being sent, as far as that is possible in a while. */
  close(): Promise<void>;
}

/** Makes the HTTP server of a site; it does not listen yet. */
export function makeOrigin(site: Site): Origin {
  const active = new Set<Exchange>();
  const sockets = new Set<Socket>();
  const server = createServer(LIMITS.server, (request, response) => {
    const exchange = new Exchange(request, response);
    const client = site.log.clientOf(exchange);
    active.add(exchange);
    const end = () => {
      if (!active.delete(exchange)) return;
      exchange.close();
      site.log.add(exchange, client);
      if (!server.listening) closeIdle(sockets, active);
    };
    response.once("close", end);
    if (!site.atOnce.answer(exchange, site)) void run(exchange, site, end);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.maxConnections = LIMITS.connections;
  server.keepAliveTimeout = LIMITS.keepAliveMs;
  const sweep = setInterval(() => sendSlowAway(active), LIMITS.sweepMs);
  sweep.unref();
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    closeIdle(sockets, active);
    await orLate(closed, () => server.closeAllConnections());
    clearInterval(sweep);
  };
  return { server, close: stop };
}

/** @param onGone called when the client has gone before it was this reply's turn: nothing else tells */
async function run(
  exchange: Exchange,
  site: Site,
  onGone: () => void,
): Promise<void> {
  try {
    await answer(exchange, site);
  } catch (error) {
    if (error instanceof Gone) onGone();
    else await fail(exchange, site, error).catch(() => undefined);
  }
}

/** What nobody foresaw: the one request fails, the rest goes on. */
async function fail(
  exchange: Exchange,
  site: Site,
  error: unknown,
): Promise<void> {
  const { response, request } = exchange;
  site.onTrouble(`${request.url}: ${messageOf(error)}`);
  if (response.headersSent) response.destroy();
  else await sendSentence(exchange, 500, "This cannot be read right now.");
}

/** Readers that take next to nothing would hold their buffers for ever. */
function sendSlowAway(active: ReadonlySet<Exchange>): void {
  const nowMs = performance.now();
  for (const { waitingSinceMs, response } of active)
    if (nowMs - waitingSinceMs > LIMITS.blockMs) response.destroy();
}

/** Connections over which nothing is being sent; those too that never asked for anything. */
function closeIdle(
  sockets: ReadonlySet<Socket>,
  active: ReadonlySet<Exchange>,
): void {
  const inUse = new Set([...active].map(({ request }) => request.socket));
  for (const socket of sockets) if (!inUse.has(socket)) socket.destroySoon();
}

/** Waits for an end, and hurries it when it is late. */
async function orLate(end: Promise<unknown>, hurry: () => void): Promise<void> {
  const timer = setTimeout(hurry, LIMITS.drainMs);
  await end;
  clearTimeout(timer);
}
