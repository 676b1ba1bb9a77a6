import { readFile } from "node:fs/promises";
import { jsonLines } from "../../support/cli.js";
import { startOrigin, type RunningOrigin } from "../../support/origin.js";
import { endOf } from "../../support/child.js";

/** A running `mss-pack serve`. */
export interface Serving extends Pick<RunningOrigin, "url" | "port"> {
  /** Ends it in order, and reads its access log. */
  stop(): Promise<Record<string, unknown>[]>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts the built command as the document says, for the packages in a folder. */
export async function startServing(
  packages: string,
  log: string,
  flags: readonly string[] = [],
): Promise<Serving> {
  const args = [packages, "--trust-proxy", "--access-log", log, ...flags];
  const { child, url, port } = await startOrigin(args);
  return {
    ...{ url, port },
    kill: async () => endOf(child, "SIGKILL"),
    stop: async () => {
      await endOf(child, "SIGTERM");
      return jsonLines(await readFile(log, "utf8"));
    },
  };
}
