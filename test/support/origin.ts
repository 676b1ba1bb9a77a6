import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../bin/mss-pack.js", import.meta.url));

export interface RunningOrigin {
  readonly child: ChildProcess;
  /** Without a slash at the end. */
  readonly url: string;
}

/** Runs the built `mss-pack serve` on a free port, and waits until it answers. */
export async function startOrigin(
  args: readonly string[],
): Promise<RunningOrigin> {
  const all = [CLI, "serve", ...args, "--port", "0", "--json"];
  const child = spawn(process.execPath, all, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const [, found] = /"url":"([^"]+)"/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("close", (code) =>
      reject(new Error(`mss-pack serve ended with ${code}: ${text}`)),
    );
  });
  return { child, url };
}
