import { CommanderError } from "commander";
import { failureOf, reportError, usageError } from "./errors.js";
import { buildProgram } from "./program.js";
import { stopOnSignals } from "./process.js";

/**
 * Runs the command line to its end and sets the exit code. Never calls
 * process.exit: what was written to a pipe must reach it.
 */
export async function main(argv: readonly string[]): Promise<void> {
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
  const isCommander = error instanceof CommanderError;
  // Help and version are thrown too.
  if (isCommander && error.exitCode === 0) return 0;
  const ours = isCommander ? usageError(error.message) : error;
  reportError(ours, argv);
  return failureOf(ours).exit;
}
