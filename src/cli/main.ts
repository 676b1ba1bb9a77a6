import { CommanderError } from "commander";
import { failureOf, reportError } from "./errors.js";
import { buildProgram, OPTIONS } from "./program.js";
import { stopOnSignals } from "./process.js";
import { usageError } from "./usage-error.js";

/**
 * Runs the command line to its end and sets the exit code. It never calls process.exit, because
 * output to a pipe must arrive.
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
  // Commander throws for help and version too.
  if (isCommander && error.exitCode === 0) return 0;
  const ours = isCommander
    ? usageError(error.message, argv.slice(2), OPTIONS)
    : error;
  reportError(ours, argv);
  return failureOf(ours).exit;
}
