import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe } from "vitest";
import { bundledProgram } from "../../src/ffmpeg/bundled.js";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

export interface RunResult {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Long enough for a busy machine, short enough to name the reader that hangs. */
const TIMEOUT_MS = 100_000;

/** Decoded sound and one byte a picture: a few megabytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs a program to its end. An exit code other than 0 is an error that quotes it. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        ...options,
        encoding: "buffer",
        timeout: TIMEOUT_MS,
        // VLC and gst-launch may take SIGTERM for a wish.
        killSignal: "SIGKILL",
        maxBuffer: MAX_OUTPUT,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr: stderr.toString() });
        else reject(new Error(failure(program, error, stdout, stderr)));
      },
    );
  });
}

function failure(
  program: string,
  { code, signal }: { code?: unknown; signal?: unknown },
  stdout: Buffer,
  stderr: Buffer,
): string {
  const words = `${stdout.toString()}\n${stderr.toString()}`.slice(-2000);
  return `${program} ended with ${String(code ?? signal)}:\n${words}`;
}

let found: Promise<Tools> | undefined;

/** The ffmpeg and ffprobe that mss-pack itself would use. */
export function tools(): Promise<Tools> {
  return (found ??= findTools());
}

export interface Readers {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

let readers: Promise<Readers> | undefined;

/**
 * Paths of the programs that measure a package: those of npm, which start in a
 * tenth of the time that Debian's take; else the ones that mss-pack would use.
 */
export function readersOfPackages(): Promise<Readers> {
  return (readers ??= findReaders());
}

async function findReaders(): Promise<Readers> {
  const path = async (name: "ffmpeg" | "ffprobe") =>
    (await bundledProgram(name)) ?? (await tools())[name].path;
  return { ffmpeg: await path("ffmpeg"), ffprobe: await path("ffprobe") };
}

/** The first of these programs that the PATH has. */
export async function findProgram(
  ...names: readonly string[]
): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const path = join(folder, name);
      const found = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return path;
    }
  }
  return undefined;
}

/** The one that npm brings is of 2018: it writes some files otherwise, and others not at all. */
export async function missingForCurrentFfmpeg(): Promise<string[]> {
  const { ffmpeg } = await tools();
  return ffmpeg.origin === "bundled" ? ["a current ffmpeg"] : [];
}

/** `describe`, or a skipped one that says which program this machine lacks. */
export function describeReader(
  reader: string,
  missing: readonly string[],
  tests: () => void,
): void {
  if (missing.length === 0) {
    describe(reader, tests);
    return;
  }
  const name = `${reader} (skipped, not installed: ${missing.join(", ")})`;
  console.warn(name);
  describe.skip(name, tests);
}
