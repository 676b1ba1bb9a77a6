import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A file on loopback, with a path that nobody can guess. */
export interface Loopback {
  readonly url: string;
  close(): void;
}

/** Answers one request. The signal fires when the program has gone, and when the file is closed. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Lets other programs of this machine read a file that is no file.
 *
 * @param extension programs look at it when they guess what is inside
 * @param answer handles its own errors
 */
export async function openLoopback(
  extension: string,
  answer: Answer,
): Promise<Loopback> {
  const path = `/${randomBytes(16).toString("hex")}${extension}`;
  const closing = new AbortController();
  const server = createServer((request, response) => {
    if (request.url !== path || request.method !== "GET") {
      response.writeHead(404).end();
      return;
    }
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const signal = AbortSignal.any([closing.signal, gone.signal]);
    void answer(request, response, signal);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close() {
      closing.abort();
      server.close();
      server.closeAllConnections();
    },
  };
}
