import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PackError, messageOf, errnoOf } from "../errors.js";

/**
 * @returns the port
 * @throws PackError `usage` when the address cannot be used
 */
export async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<number> {
  server.listen({ host, port, backlog: BACKLOG });
  await once(server, "listening").catch((error: unknown) => {
    throw listenError(error, host, port);
  });
  return (server.address() as AddressInfo).port;
}

/** Many players begin at the same moment. */
export const BACKLOG = 1024;

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "Something listens there already: give another --port, or 0 for a free one.",
  EACCES: "Ports below 1024 need permission: give another --port.",
  EADDRNOTAVAIL:
    "No network of this machine has that address: give another --host.",
  ENOTFOUND: "There is no such name: give another --host.",
};

/** The reason why an address cannot be used. */
function listenError(error: unknown, host: string, port: number): PackError {
  const errno = errnoOf(error);
  const hint = HINTS[errno ?? ""];
  return new PackError(
    "usage",
    `${host}:${port}: cannot be listened on (${messageOf(error)}).`,
    {
      cause: error,
      ...(hint !== undefined && { hint }),
      facts: { host, port, errno },
    },
  );
}
