import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { jsonLines } from "../../support/cli.js";
import { endOf, waitForWords } from "./child.js";

const CLI = join(
  import.meta.dirname,
  ...["..", "..", "..", "bin", "mss-pack.js"],
);

/** A running `mss-pack serve`. */
export interface Serving {
  readonly url: string;
  readonly port: number;
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
  const child = spawn(process.execPath, [
    ...[CLI, "serve", packages, "--port", "0", "--json"],
    ...["--trust-proxy", "--access-log", log],
    ...flags,
  ]);
  const line = await waitForWords(child, /^\{"type":"serving".*\}$/m);
  const { url, port } = JSON.parse(line) as { url: string; port: number };
  return {
    ...{ url, port },
    kill: async () => endOf(child, "SIGKILL"),
    stop: async () => {
      await endOf(child, "SIGTERM");
      return jsonLines(await readFile(log, "utf8"));
    },
  };
}
