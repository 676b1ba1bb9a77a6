import { tmpdir } from "node:os";
import { packAll, summarizeBatch, type BatchOptions } from "../batch/batch.js";
import { makeItem, type BatchInput } from "../batch/item.js";
import { packItem } from "../batch/pack-item.js";
import { resolveOptions } from "../pipeline/resolve-options.js";
import { isStoreAddress } from "../store/address.js";
import { eventsOf } from "./batch-events.js";
import { chooseReporter } from "./choose-reporter.js";
import { followUp } from "./follow-up.js";
import { makeOptions, protectionAskedFor, type MakeFlags } from "./flags.js";
import {
  givenInputs,
  refuseOneNameForMany,
  stdinUse,
  withStdin,
} from "./inputs.js";
import {
  batchError,
  finish,
  requireReportPlace,
  type Outcome,
} from "./outcome.js";
import { refuseMisspeltCommand, withOutputFlag } from "./wrong-turns.js";

export interface PackFlags extends MakeFlags {
  readonly fromList?: string;
  readonly skipExisting?: boolean;
  readonly failFast?: boolean;
}

/** `mss-pack input... -o out/` */
export async function packCommand(
  args: readonly string[],
  flags: PackFlags,
  signal: AbortSignal,
): Promise<void> {
  await requireReportPlace(flags);
  await finish(await run(args, flags, signal), flags);
}

/** Never rejects, so there is always a result to report. */
async function run(
  args: readonly string[],
  flags: PackFlags,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const commandInputs = await givenInputs(args, flags, signal);
    refuseMisspeltCommand(args);
    const options = makeOptions(flags, signal, exampleOf(args));
    refuseOneNameForMany(commandInputs, flags);
    // Checks the preset first: standard input may be an hour long to copy.
    const stdin = stdinUse(commandInputs, flags);
    if (stdin === "the input") await resolveOptions(options);
    const protection = await protectionAskedFor(flags, {
      ...{ output: flags.output, stdin, signal },
    });
    const all = { ...options, protection };
    const { name, quiet } = flags;
    const folder = isStoreAddress(options.output) ? tmpdir() : options.output;
    const place = { folder, name, quiet };
    return await withStdin(commandInputs.inputs, place, signal, (inputs) =>
      commandInputs.isBatch
        ? runBatch(inputs, flags, all)
        : runOne({ path: "", ...inputs[0], ...nameOf(flags) }, flags, all),
    );
  } catch (error) {
    return { error };
  }
}

/** The same command line with an output folder. */
function exampleOf(args: readonly string[]): string {
  const inputs = args.length === 0 ? "--from-list films.txt" : args.join(" ");
  return withOutputFlag(args) ?? `mss-pack ${inputs} -o out/`;
}

async function runOne(
  input: BatchInput,
  flags: PackFlags,
  options: BatchOptions,
): Promise<Outcome> {
  const startMs = performance.now();
  const reporter = chooseReporter(flags, { isBatch: false });
  const events = eventsOf(reporter);
  try {
    const item = makeItem(input, 1, 1, options.folderEach);
    const { skipExisting } = flags;
    const afterEach = followUp(flags, reporter, options.signal);
    const all = { ...options, skipExisting, afterEach, ...events };
    const { report, error } = await packItem(item, all);
    return {
      report: summarizeBatch([report], performance.now() - startMs),
      error,
    };
  } finally {
    events.release();
    reporter.close();
  }
}

function nameOf({ name }: PackFlags) {
  return name === undefined ? {} : { name };
}

async function runBatch(
  inputs: readonly BatchInput[],
  flags: PackFlags,
  options: BatchOptions,
): Promise<Outcome> {
  const reporter = chooseReporter(flags, { isBatch: true });
  const events = eventsOf(reporter);
  try {
    const { skipExisting, failFast } = flags;
    const afterEach = followUp(flags, reporter, options.signal);
    const more = { skipExisting, failFast, afterEach, ...events };
    const report = await packAll(inputs, { ...options, ...more });
    reporter.summary(report);
    const error = batchError(report, options.signal, again(flags));
    return { report, error, isBatch: true };
  } finally {
    events.release();
    reporter.close();
  }
}

/** What to do about a batch that failed in part. */
function again({ skipExisting }: PackFlags): string {
  return skipExisting
    ? "The same command again leaves alone what is done."
    : "The same command with --skip-existing leaves alone what is done.";
}
