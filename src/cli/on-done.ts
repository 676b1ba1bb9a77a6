import { basename } from "node:path";
import { messageOf, PackError } from "../errors.js";
import { lastLines, runTool, type RunResult } from "../ffmpeg/run.js";

export interface OnDoneOptions {
  /** Called with each line that the program prints, on either output. */
  readonly say: (line: string) => void;
  /** Kills the program, which has no time limit. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls the program of `--on-done`, without a shell: the manifest's path is its one argument, and
 * the result is a line on its standard input. It gets the environment without our keys.
 *
 * @returns a note when it failed
 */
export async function runOnDone(
  program: string,
  manifest: string,
  line: string,
  { say, signal }: OnDoneOptions,
): Promise<string[]> {
  try {
    const result = await runTool(program, [manifest], {
      ...{ signal, plainEnvironment: true },
      ...{ stdin: Buffer.from(`${line}\n`), onLine: say, onErrorLine: say },
    });
    return result.exitCode === 0 ? [] : [note(program, endOf(result))];
  } catch (error) {
    return [note(program, whyNot(error))];
  }
}

/** The last line of its errors may be the only one that a quiet run shows. */
function endOf({ exitCode, killedBy, stderr }: RunResult): string {
  const last = lastLines(stderr, 1);
  const end =
    killedBy === null
      ? `ended with exit code ${exitCode}`
      : `was killed by ${killedBy}`;
  return last === "" ? end : `${end}: ${last}`;
}

function whyNot(error: unknown): string {
  if (error instanceof PackError && error.code === "aborted")
    return "was stopped";
  const cause = error instanceof PackError ? error.cause : error;
  return `cannot be started (${messageOf(cause)})`;
}

function note(program: string, what: string): string {
  const text = `--on-done: ${basename(program)} ${what}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
