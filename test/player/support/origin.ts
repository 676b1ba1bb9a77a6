import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A line of the access log, as far as these tests look. */
export interface LogLine {
  readonly uri: string;
  readonly status: number;
  readonly playback?: string;
  readonly stream?: string;
  readonly bitrate?: number;
  readonly fragment?: number;
}

/** The built command, serving a folder. */
export interface ServedFolder {
  readonly url: string;
  /** Where pages are given keys, with `--preview-keys`. */
  readonly previewUrl?: string;
  /** All requests so far. */
  log(): Promise<LogLine[]>;
  close(): Promise<void>;
}

const command = fileURLToPath(
  new URL("../../../bin/mss-pack.js", import.meta.url),
);

/** @param port 0 takes a free one */
export async function serveFolder(
  folder: string,
  port = 0,
  more: readonly string[] = [],
): Promise<ServedFolder> {
  const work = await mkdtemp(join(tmpdir(), "mss-pack-player-log-"));
  const logFile = join(work, "access.log");
  const args = ["serve", folder, "--port", String(port), "--json"];
  const server = spawn(
    process.execPath,
    [command, ...args, ...more, "--access-log", logFile],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const [line] = (await once(
    createInterface({ input: server.stdout }),
    "line",
  )) as [string];
  return {
    ...(JSON.parse(line) as Pick<ServedFolder, "url" | "previewUrl">),
    log: async () =>
      (await readFile(logFile, "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as LogLine),
    close: async () => {
      server.kill();
      if (server.exitCode === null) await once(server, "exit");
      await rm(work, { recursive: true });
    },
  };
}

/** The same, until the test that calls it ends, however it ends. */
export async function serveUntilEnd(
  folder: string,
  port = 0,
  more: readonly string[] = [],
): Promise<ServedFolder> {
  const served = await serveFolder(folder, port, more);
  onTestFinished(async () => served.close());
  return served;
}

/** An empty folder until the test that calls it ends. */
export async function folderUntilEnd(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mss-pack-player-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  return folder;
}
