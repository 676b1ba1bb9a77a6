import { spawn, type ChildProcess } from "node:child_process";
import { endOf } from "../support/child.js";
import { findProgram } from "../support/programs.js";
import { EndedError } from "./until.js";

/** A server program in the foreground: it ends with this process, however that ends. */
export interface Daemon {
  readonly child: ChildProcess;
  /** Its last words so far, on both outputs. */
  words(): string;
  /** @throws {@link EndedError} with its words when it has ended by itself */
  requireAlive(): void;
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface DaemonOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

const WORDS_KEPT = 4000;

/** util-linux; without it a server outlives a test run that is killed. */
const setpriv = await findProgram("setpriv");

export function startDaemon(
  program: string,
  args: readonly string[],
  options: DaemonOptions = {},
): Daemon {
  const command = [program, ...args];
  if (setpriv !== undefined)
    command.unshift(setpriv, "--pdeathsig", "KILL", "--");
  const child = spawn(command[0] ?? "", command.slice(1), {
    ...options,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.once("error", (error) => (said += String(error)));
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-WORDS_KEPT);
    });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    words: () => said,
    requireAlive() {
      if (hasEnded()) throw new EndedError(`${program} has ended:\n${said}`);
    },
    end: (signal) => endOf(child, signal),
  };
}
