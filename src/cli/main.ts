import { CommanderError } from "commander";
import { PackError } from "../errors.js";
import { exitCodeFor, printErrorLine, reportError } from "./errors.js";
import { buildProgram } from "./program.js";
import { stopOnSignals } from "./signals.js";

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
  if (!(error instanceof CommanderError)) {
    reportError(error, argv);
    return exitCodeFor(error);
  }
  // commander has said it on stderr already; help and version are no errors
  if (error.exitCode === 0) return 0;
  const usage = new PackError("usage", error.message.replace(/^error: /, ""));
  if (argv.includes("--json")) printErrorLine(usage);
  return exitCodeFor(usage);
}
