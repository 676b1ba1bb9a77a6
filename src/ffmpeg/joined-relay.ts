import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { messageOf, PackError } from "../errors.js";
import { readJoined, type JoinedBytes } from "../isobmff/joined-bytes.js";
import { openLoopback } from "../store/loopback.js";
import type { Relay } from "../store/relay.js";

/** Opens what stands for a film and is no file that a program reads: a package. */
export type OpenJoined = (path: string) => Promise<JoinedBytes>;

/** Lets a program read a file that lies in parts of others. */
export async function openJoinedRelay(file: JoinedBytes): Promise<Relay> {
  let failure: PackError | undefined;
  const loopback = await openLoopback(
    ".mp4",
    async (request, response, signal) => {
      try {
        await send(file, request, response, signal);
      } catch (cause) {
        // A program that seeks leaves in the middle of an answer.
        if (!signal.aborted)
          failure ??= new PackError("input", `${messageOf(cause)}.`, { cause });
        response.destroy();
      }
    },
  );
  return { ...loopback, failure: () => failure };
}

/** RFC 9110 14.2; programs ask for one range. */
async function send(
  file: JoinedBytes,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { size } = file;
  const { range } = request.headers;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  const begin = Number(first ?? 0);
  const end = last ? Math.min(Number(last) + 1, size) : size;
  if (begin >= size) {
    response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const isPart = first !== undefined;
  response.writeHead(isPart ? 206 : 200, {
    "Accept-Ranges": "bytes",
    "Content-Length": end - begin,
    ...(isPart && { "Content-Range": `bytes ${begin}-${end - 1}/${size}` }),
  });
  await pipeline(readJoined(file, begin, end), response, { signal });
}
