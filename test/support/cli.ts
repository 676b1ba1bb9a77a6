import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A program with its arguments that starts the command: `setpriv`, `strace`. */
  readonly through?: readonly string[];
  /** What it reads on standard input; nothing when left out. */
  readonly stdin?: string | Uint8Array;
  /** Called once the process runs; a promise is waited for. */
  readonly onStart?: (child: ChildProcess) => unknown;
  /** Called with standard error so far, each time it grows. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
}

/** Runs the built command as a user's shell would. */
export async function mssPack(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const command = [...(options.through ?? []), process.execPath, CLI, ...args];
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: "pipe",
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  // It may end before it has read all.
  child.stdin.on("error", () => undefined).end(options.stdin);
  const started = options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout
    .setEncoding("utf8")
    .on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  await started;
  return { exitCode, stdout, stderr };
}

/** The objects that `--json` printed, one a line. */
export function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
