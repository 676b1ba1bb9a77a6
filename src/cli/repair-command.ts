import { repairAll, type RepairEvents } from "../batch/repair-all.js";
import { PackError, throwIfAborted } from "../errors.js";
import {
  planRepair,
  requireMendable,
  type RepairPlan,
} from "../pipeline/repair.js";
import { version } from "../util/install.js";
import { chooseReporter, type ReporterFlags } from "./choose-reporter.js";
import { failureOf, reportError } from "./errors.js";
import { requireOut } from "./flags.js";
import {
  batchError,
  finish,
  requireReportPlace,
  type Outcome,
} from "./outcome.js";
import { writeLine } from "./process.js";
import { givenPackages, type GivenPackages } from "./repair-inputs.js";
import {
  mendsMessage,
  repairedMessage,
  repairStateOf,
  wholeMessage,
  type RepairState,
} from "./repair-text.js";
import type { Reporter } from "./reporter.js";

/** Options of `mss-pack repair`, as commander's values. */
export interface RepairFlags extends ReporterFlags {
  readonly output?: string;
  readonly plan?: boolean;
  readonly always?: boolean;
  readonly overwrite?: boolean;
  readonly skipExisting?: boolean;
  readonly folderEach?: boolean;
  readonly keepFolders?: boolean;
  readonly jobs?: number;
  readonly report?: string;
  readonly verify: "quick" | "full";
  readonly fsync: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  readonly s3Endpoint?: string;
}

/** `mss-pack repair package.ism... -o out/`, or with `--plan` what it would do. */
export async function repairCommand(
  args: readonly string[],
  flags: RepairFlags,
  signal: AbortSignal,
): Promise<void> {
  if (flags.plan)
    return planPackages(await givenPackages(args, flags), flags, signal);
  requireOut(flags, `mss-pack repair ${args.join(" ")} -o repaired/`);
  await requireReportPlace(flags);
  const given = await givenPackages(args, flags);
  await finish(await run(given, flags, signal), flags);
}

/** Never rejects, so there is always a result to report. */
async function run(
  { inputs, isBatch }: GivenPackages,
  flags: RepairFlags,
  signal: AbortSignal,
): Promise<Outcome> {
  const reporter = chooseReporter(flags, { isBatch });
  let own: unknown;
  try {
    const report = await repairAll(inputs, {
      ...optionsOf(flags, signal),
      ...eventsOf(reporter, (error) => (own = error)),
    });
    if (!isBatch) return { report, error: own };
    reporter.summary(report);
    return { report, isBatch, error: batchError(report, signal, AGAIN) };
  } catch (error) {
    return { error };
  } finally {
    reporter.close();
  }
}

const AGAIN =
  "The same command with --skip-existing leaves alone what is done.";

function optionsOf(flags: RepairFlags, signal: AbortSignal) {
  const { always, overwrite, skipExisting, folderEach, jobs, verify } = flags;
  return {
    ...{ output: flags.output ?? "", signal, always, overwrite, skipExisting },
    ...{ folderEach, jobs, verify, fsync: flags.fsync },
    s3Endpoint: flags.s3Endpoint,
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
  };
}

function eventsOf(
  reporter: Reporter,
  onError: (error: unknown) => void,
): RepairEvents {
  return {
    onStart: (item) => reporter.start(item),
    onPlan: (item, plan) => {
      if (plan.mends.length > 0) reporter.plan(item, mendsMessage(plan));
    },
    onProgress: (item, progress) => reporter.progress(item, progress),
    onEnd(item, { report, result, error }) {
      if (error !== undefined) onError(error);
      const { why } = report.state === "skipped" ? report : {};
      const manifest = report.state === "skipped" ? report.manifest : "";
      const message = result?.repaired
        ? repairedMessage(result.repaired, result)
        : report.state === "skipped"
          ? wholeMessage(item.input, item.name, manifest, why ?? "")
          : undefined;
      reporter.end(item, { report, message, error });
    },
  };
}

/** The dry run: one plan as text, or a line for each of many. */
async function planPackages(
  { inputs, isBatch }: GivenPackages,
  flags: RepairFlags,
  signal: AbortSignal,
): Promise<void> {
  if (!isBatch) {
    const [input = { path: "" }] = inputs;
    const plan = await planRepair(input.path, { signal });
    tell(plan, flags, {});
    return requireMendable(plan);
  }
  const counts = { whole: 0, mendable: 0, refused: 0 };
  const paths = [...new Set(inputs.map(({ path }) => path))];
  for (const [i, path] of paths.entries()) {
    throwIfAborted(signal);
    counts[await planOne(path, i + 1, flags, signal)]++;
  }
  const total = counts.whole + counts.mendable + counts.refused;
  const error =
    counts.refused === 0
      ? undefined
      : new PackError(
          "batch",
          `${counts.refused} of ${total} packages cannot be repaired.`,
          { facts: { total, ...counts } },
        );
  const exit = error ? failureOf(error).exit : 0;
  if (flags.json)
    writeLine({ type: "plans", version: version(), exit, total, ...counts });
  else
    process.stdout.write(
      `\n${total} packages: ${counts.mendable} need a mend, ${counts.whole} need none, ${counts.refused} cannot be repaired.\n`,
    );
  if (error !== undefined) throw error;
}

/** One of many: its error is told, and the others go on. */
async function planOne(
  input: string,
  item: number,
  flags: RepairFlags,
  signal: AbortSignal,
): Promise<RepairState> {
  try {
    const plan = await planRepair(input, { signal });
    tell(plan, flags, { input, item });
    return repairStateOf(plan);
  } catch (error) {
    if (!(error instanceof PackError) || error.code === "aborted") throw error;
    if (flags.json)
      writeLine({ type: "error", input, item, ...failureOf(error) });
    else reportError(error, []);
    return "refused";
  }
}

function tell(plan: RepairPlan, { json }: RepairFlags, context: object): void {
  const message = mendsMessage(plan);
  if (json) writeLine({ type: "plan", ...context, ...message.object });
  else process.stdout.write(`${message.text("full")}\n`);
}
