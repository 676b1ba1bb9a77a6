import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { endOf } from "../../support/child.js";
import { startOrigin, type RunningOrigin } from "../../support/origin.js";

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
export interface ServedFolder extends Pick<
  RunningOrigin,
  "url" | "previewUrl"
> {
  /** All requests so far. */
  log(): Promise<LogLine[]>;
  close(): Promise<void>;
}

/** @param port 0 takes a free one */
export async function serveFolder(
  folder: string,
  port = 0,
  more: readonly string[] = [],
): Promise<ServedFolder> {
  const work = await mkdtemp(join(tmpdir(), "mss-pack-player-log-"));
  const logFile = join(work, "access.log");
  const args = [folder, ...more, "--access-log", logFile];
  const { child, ...said } = await startOrigin(args, port);
  return {
    ...said,
    log: async () =>
      (await readFile(logFile, "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as LogLine),
    close: async () => {
      await endOf(child, "SIGTERM");
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
