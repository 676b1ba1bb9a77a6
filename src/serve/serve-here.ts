import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { PackError, messageOf, errnoOf } from "../errors.js";
import type { LogSink } from "./log-sink.js";
import { makeOrigin } from "./origin.js";
import type { PreviewKeys } from "./preview/preview-keys.js";
import { makeSite, type Settings } from "./settings.js";

/** What answers, in this process or in others. */
export interface Running {
  readonly port: number;
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/**
 * Answers in this process.
 *
 * @throws PackError `usage` when the address cannot be had
 */
export async function serveHere(
  settings: Settings,
  sink: LogSink,
  onWarning: (sentence: string) => void,
  preview?: PreviewKeys,
): Promise<Running> {
  const site = makeSite(settings, sink, onWarning, preview);
  const origin = makeOrigin(site);
  const { server } = origin;
  const { host, port } = settings;
  server.listen({ host, port, backlog: BACKLOG });
  await once(server, "listening").catch((error: unknown) => {
    throw listenError(error, host, port);
  });
  return {
    port: (server.address() as AddressInfo).port,
    failed: new Promise<never>(() => undefined),
    close: async () => {
      await origin.close();
      site.pictures.close();
      site.log.close();
      await site.files.closeAll();
    },
  };
}

/** Many players begin at the same moment. */
const BACKLOG = 1024;

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "Something listens there already: give another --port, or 0 for a free one.",
  EACCES: "Ports below 1024 need permission: give another --port.",
  EADDRNOTAVAIL:
    "No network of this machine has that address: give another --host.",
  ENOTFOUND: "There is no such name: give another --host.",
};

/** Why an address cannot be listened on. */
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
