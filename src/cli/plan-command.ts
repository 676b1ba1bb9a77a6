import { tmpdir } from "node:os";
import { makeItem, type BatchInput, type BatchItem } from "../batch/item.js";
import {
  planAll,
  planItem,
  resolveDryRun,
  type PlanAllOptions,
  type PlannedItem,
  type PlanReport,
} from "../batch/plan-all.js";
import type { ProtectionRequest } from "../drm/index.js";
import { ENGINES } from "../encode/index.js";
import { abortedError, PackError } from "../errors.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { commandLine } from "../util/format.js";
import { version } from "../util/install.js";
import { failureOf } from "./errors.js";
import { planOptions } from "./flags.js";
import {
  givenInputs,
  refuseOneNameForMany,
  stdinUse,
  withStdin,
  type InputFlags,
} from "./inputs.js";
import { progressLines } from "./line-reporter.js";
import { noProtection } from "../tasks/plan-tasks.js";
import { systemOf, type ProtectFlags } from "./options/protection.js";
import type { WorkFlags } from "./plan-work.js";
import { planAsText, planTable, planText } from "./plan-text.js";
import { say, writeLine } from "./process.js";
import { refuseFileAsFolder, refuseMisspeltCommand } from "./wrong-turns.js";

/** The work folder's name in commands that are only printed. */
const WORK = "WORK";

export interface PlanFlags extends ProtectFlags, InputFlags, WorkFlags {
  readonly skipExisting?: boolean;
  readonly folderEach?: boolean;
}

/** `mss-pack plan input...`: the whole plan of one input, or a table of several. */
export async function planCommand(
  args: readonly string[],
  flags: PlanFlags,
  signal: AbortSignal,
): Promise<void> {
  const commandInputs = await givenInputs(args, flags, signal);
  refuseMisspeltCommand(args);
  refuseOneNameForMany(commandInputs, flags);
  if (flags.output) refuseFileAsFolder(flags.output);
  if (flags.work !== undefined || flags.emit !== undefined)
    return planForMachines(commandInputs.inputs, flags, signal);
  const stdin = stdinUse(commandInputs, flags);
  const protection = await plannedProtection(flags, stdin, signal);
  const options = dryRunOptions(flags, protection, signal);
  // Checks the preset first: standard input may be an hour long to copy.
  if (stdin === "the input") await resolveDryRun(options);
  const place = { folder: tmpdir(), name: flags.name, quiet: true };
  await withStdin(commandInputs.inputs, place, signal, (inputs) =>
    commandInputs.isBatch
      ? planMany(inputs, options, protection, flags)
      : planOne({ path: "", ...inputs[0] }, options, protection, flags),
  );
}

async function planForMachines(
  inputs: readonly BatchInput[],
  flags: PlanFlags,
  signal: AbortSignal,
): Promise<void> {
  if (systemOf(flags) !== undefined) throw noProtection();
  const { planWork } = await import("./plan-work.js");
  await planWork(
    inputs.map(({ path }) => path),
    flags,
    signal,
  );
}

function dryRunOptions(
  flags: PlanFlags,
  protection: Protection | undefined,
  signal: AbortSignal,
): PlanAllOptions {
  const { output, overwrite, folderEach, salvage, tfdt, layout, formats } =
    flags;
  const { ec3CodecData } = flags;
  // With a key that does not exist yet, no package can be the same.
  const skipExisting = flags.skipExisting && !flags.generateKeys;
  return {
    ...planOptions(flags, signal),
    ...{ output, overwrite, skipExisting, folderEach, salvage, tfdt, layout },
    formats,
    ec3CodecData,
    protection: protection?.request,
    ...(!flags.json && { onProgress: progressLines(say) }),
  };
}

async function planOne(
  input: BatchInput,
  options: PlanAllOptions,
  protection: Protection | undefined,
  flags: PlanFlags,
): Promise<void> {
  const { name = input.name } = flags;
  const item = makeItem({ ...input, name }, 1, 1, options.folderEach);
  const planned = await planItem(
    item,
    await resolveDryRun({ ...options, name }),
  );
  const { plan } = planned;
  if (plan !== undefined && flags.json)
    writeLine(planObject(planned, plan, protection));
  else if (plan !== undefined)
    print([
      planText(
        plan,
        commandsOf(plan),
        protection?.lines ?? [],
        (flags.rung ?? []).length > 0,
      ),
      ...placeLines(planned),
    ]);
  throwRefusal(planned, options.signal);
}

/** Path of the package, if the user asked for it. */
function placeLines({ manifest, state }: PlannedItem): string[] {
  if (manifest === undefined || state === "refused") return [];
  const skipped = `Skipped, this is the same package already: ${manifest}`;
  return ["", state === "skipped" ? skipped : `Package: ${manifest}`];
}

function throwRefusal(
  planned: PlannedItem,
  signal: AbortSignal | undefined,
): void {
  if (planned.state === "refused") throw planned.error;
  if (planned.state === "stopped") throw abortedError(signal);
}

async function planMany(
  inputs: readonly BatchInput[],
  options: PlanAllOptions,
  protection: Protection | undefined,
  flags: PlanFlags,
): Promise<void> {
  if (!flags.json && protection !== undefined) print(protection.lines);
  const report = await planAll(inputs, {
    ...options,
    onEnd: (item, planned) =>
      flags.json
        ? writeItem(item, planned, protection)
        : print([planAsText(item, planned)]),
  });
  const error = planError(report, options.signal);
  if (flags.json) writeLine(reportObject(report, error));
  else print(["", planTable(report)]);
  if (error !== undefined) throw error;
}

/** For a refused input: its plan up to then, and the reason. */
function writeItem(
  item: BatchItem,
  planned: PlannedItem,
  protection: Protection | undefined,
): void {
  const context = { input: item.input, item: item.number };
  if (planned.plan !== undefined)
    writeLine({
      ...planObject(planned, planned.plan, protection),
      ...context,
    });
  if (planned.state === "refused")
    writeLine({ type: "error", ...context, ...failureOf(planned.error) });
}

function planObject(
  { manifest, state }: PlannedItem,
  plan: EncodePlan,
  protection: Protection | undefined,
) {
  const commands = ENGINES.local.commands(plan, WORK);
  return {
    ...{ type: "plan", plan, commands, ...protection?.object },
    ...(manifest !== undefined && { manifest, state }),
  };
}

function reportObject({ items, ...counts }: PlanReport, error?: PackError) {
  const rows = items.map((item) => {
    const { plan, ...row } = item;
    const { durationSeconds, estimate } = plan ?? {};
    return {
      ...row,
      error: undefined,
      ...{ durationSeconds, bytes: estimate?.bytes },
    };
  });
  const failure = error && failureOf(error);
  return {
    ...{ type: "plans", version: version(), exit: failure?.exit ?? 0 },
    ...{ ...counts, items: rows },
  };
}

/** Why a plan of many inputs ends with another exit code than 0. */
function planError(
  { total, refused, stopped }: PlanReport,
  signal: AbortSignal | undefined,
): PackError | undefined {
  if (stopped > 0) return abortedError(signal);
  if (refused === 0) return undefined;
  return new PackError(
    "batch",
    `${refused} of ${total} inputs would be refused.`,
    { facts: { total, refused } },
  );
}

function commandsOf(plan: EncodePlan): string[] {
  return ENGINES.local
    .commands(plan, WORK)
    .map((args) => commandLine("ffmpeg", args));
}

/** The protection of packages. */
interface Protection {
  readonly lines: readonly string[];
  readonly object: object;
  /** Undefined when its key does not exist yet. */
  readonly request: ProtectionRequest | undefined;
}

/** The planned protection; no key is made. */
async function plannedProtection(
  flags: PlanFlags,
  stdin: string | undefined,
  signal: AbortSignal,
): Promise<Protection | undefined> {
  const system = systemOf(flags);
  if (system === undefined) return undefined;
  const { planProtection, protectionLines } = await import("./protection.js");
  const command = { output: flags.output, stdin, signal };
  const { request, ...planned } = await planProtection(system, flags, command);
  const { facts, ...details } = planned;
  return {
    lines: protectionLines(planned),
    object: { protection: { ...facts, ...details } },
    request,
  };
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
