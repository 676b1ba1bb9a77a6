import { dirname } from "node:path";
import { summarizeBatch, type BatchReport } from "../batch/batch.js";
import { keyFilesOf } from "../drm/keys/source.js";
import { PackError } from "../errors.js";
import { freshName, isFolder, writeReport } from "../util/files.js";
import { version } from "../util/install.js";
import { areSameFile } from "../util/paths.js";
import { failureOf, reportError } from "./errors.js";
import { writeLine } from "./process.js";
import type { ProtectFlags } from "./options/protection.js";

/** The end of a command that makes packages. */
export interface Outcome {
  /** Undefined when the command failed before the first input. */
  readonly report?: BatchReport | undefined;
  /** A last line with the outcome for `--json`; one input needs none, because its own lines have it. */
  readonly isBatch?: boolean;
  /** Why the exit code is not 0. */
  readonly error?: unknown;
}

/** The outcome as one object, for `--report` and the last line of `--json`. */
function outcomeDocument({ report, error }: Outcome): object {
  const failure = error === undefined ? undefined : failureOf(error);
  return {
    type: "batch",
    version: version(),
    exit: failure?.exit ?? 0,
    ...(report ?? summarizeBatch([], 0)),
    ...(failure && { error: failure }),
  };
}

/** The report's flag, and files that the report must not replace. */
export interface ReportPlaceFlags extends ProtectFlags {
  readonly report?: string;
  readonly preset?: string;
  readonly fromList?: string;
}

/**
 * Checks before the work that the report can be written after it.
 *
 * @throws PackError `usage`
 */
export async function requireReportPlace(
  flags: ReportPlaceFlags,
): Promise<void> {
  const { report: path } = flags;
  if (path === undefined) return;
  // `--report film.mp4` is a mistake that would destroy the film.
  if (!path.toLowerCase().endsWith(".json"))
    throw wrong(path, "a name that ends with .json");
  const folder = dirname(path);
  if (!(await isFolder(folder)))
    throw wrong(path, `a file in a folder that exists, ${folder} does not`);
  if (await isFolder(path)) throw wrong(path, "a file, this is a folder");
  await refuseReplacing(path, flags);
}

/** A report over the new key's file would destroy the key, and so the package, too. */
async function refuseReplacing(
  path: string,
  flags: ReportPlaceFlags,
): Promise<void> {
  const files: [string, string | undefined][] = [
    ...keyFilesOf(flags),
    ["--keys-out", flags.keysOut],
    ["--preset", flags.preset],
    ["--from-list", flags.fromList],
  ];
  for (const [option, file] of files)
    for (const place of [path, freshName(path)])
      if (file !== undefined && (await areSameFile(place, file)))
        throw wrong(path, `a file of its own, not that of ${option}`);
}

function wrong(path: string, expected: string): PackError {
  return new PackError(
    "usage",
    `--report is "${path}". Expected ${expected}.`,
    { facts: { option: "--report", found: path, expected } },
  );
}

/**
 * Ends a command: writes its outcome to `--json` and `--report`, then throws its error.
 */
export async function finish(
  outcome: Outcome,
  flags: { readonly report?: string; readonly json?: boolean },
): Promise<void> {
  const { report, isBatch, error } = outcome;
  if (flags.json && isBatch && report) writeLine(outcomeDocument(outcome));
  if (flags.report !== undefined) await write(flags.report, outcome);
  if (error !== undefined) throw error as Error;
}

/** An error of the command goes before an error of the report. */
async function write(path: string, outcome: Outcome): Promise<void> {
  try {
    await writeReport(path, outcomeDocument(outcome));
  } catch (error) {
    if (outcome.error === undefined) throw error;
    reportError(error, []);
  }
}

/**
 * Why a batch ends with another exit code than 0; undefined when every input is done or
 * skipped.
 *
 * @param hint how to do the rest
 */
export function batchError(
  { total, done, skipped, failed, stopped }: BatchReport,
  signal: AbortSignal | undefined,
  hint: string,
): PackError | undefined {
  const good = done + skipped;
  const facts = { total, done, skipped, failed, stopped };
  if (signal?.aborted && stopped > 0) {
    return new PackError(
      "aborted",
      `Stopped after ${good} of ${inputs(total)} were done.`,
      { cause: signal.reason, hint, facts },
    );
  }
  if (good === total) return undefined;
  const left = stopped === 0 ? "" : `, ${stopped} not begun`;
  return new PackError(
    "batch",
    `${failed} of ${inputs(total)} failed${left}.`,
    { hint, facts },
  );
}

function inputs(count: number): string {
  return `${count} ${count === 1 ? "input" : "inputs"}`;
}
