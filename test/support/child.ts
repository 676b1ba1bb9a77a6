import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/**
 * Waits until a program has said something, on either of its outputs.
 *
 * @returns what it said
 * @throws an Error with all of its words when it ends before
 */
export async function waitForWords(
  child: ChildProcess,
  words: RegExp,
): Promise<string> {
  let said = "";
  return new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`It ended:\n${said}`)));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const match = words.exec(said);
        if (match !== null) resolve(match[0]);
      });
  });
}

/** Sends a program a signal, and waits for its end. */
export async function endOf(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, "exit");
  child.kill(signal);
  await end;
}
