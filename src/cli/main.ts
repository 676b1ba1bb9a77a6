import { CommanderError } from "commander";
import { PackError } from "../errors.js";
import { exitCodeFor, reportError } from "./errors.js";
import { buildProgram } from "./program.js";
import { stopOnSignals } from "./signals.js";

/**
 * Runs the command line to its end and sets the exit code. Never calls
 * process.exit: what was written to a pipe must reach it.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // `mss-pack inspect file | head` closes the pipe early; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const signals = stopOnSignals();
  try {
    await buildProgram(signals.signal).parseAsync(argv);
  } catch (error) {
    process.exitCode = handle(error, argv);
  } finally {
    signals.release();
  }
}

function handle(error: unknown, argv: readonly string[]): number {
  if (error instanceof CommanderError) {
    // commander has said it already; help and version are no errors
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, "");
    if (argv.includes("--json"))
      reportError(new PackError("usage", message), argv);
    return exitCodeFor(new PackError("usage", message));
  }
  reportError(error, argv);
  return exitCodeFor(error);
}
