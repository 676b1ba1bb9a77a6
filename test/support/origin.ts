import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));

export interface RunningOrigin {
  readonly child: ChildProcess;
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Where pages are given keys, with `--preview-keys`. */
  readonly previewUrl?: string;
}

/**
 * Runs the built `mss-pack serve`, and waits until it answers.
 *
 * @param port 0 takes a free one
 */
export async function startOrigin(
  args: readonly string[],
  port = 0,
): Promise<RunningOrigin> {
  const all = [CLI, "serve", ...args, "--port", String(port), "--json"];
  const child = spawn(process.execPath, all, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (complaints += text));
  const line = await new Promise<string>((resolve, reject) => {
    // The first one says where it serves; the log may follow.
    createInterface(child.stdout).once("line", resolve);
    child.once("close", (code) =>
      reject(new Error(`mss-pack serve ended with ${code}: ${complaints}`)),
    );
  });
  const said = JSON.parse(line) as Omit<RunningOrigin, "child">;
  return { ...said, child };
}
