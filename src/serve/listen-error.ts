import { PackError, messageOf, errnoOf } from "../errors.js";

const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "Something listens there already: give another --port, or 0 for a free one.",
  EACCES: "Ports below 1024 need permission: give another --port.",
  EADDRNOTAVAIL:
    "No network of this machine has that address: give another --host.",
  ENOTFOUND: "There is no such name: give another --host.",
};

/** Why an address cannot be listened on. */
export function listenError(
  error: unknown,
  host: string,
  port: number,
): PackError {
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
