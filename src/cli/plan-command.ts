import { tmpdir } from "node:os";
import { relabelError, relabelPlan } from "../batch/pack-item.js";
import { ENGINES } from "../encode/index.js";
import { commandLine } from "../ffmpeg/command.js";
import { plan as makePlan } from "../pipeline/pack.js";
import { resolvePlanOptions } from "../pipeline/resolve-options.js";
import type {
  AudioRung,
  EncodePlan,
  PlanStream,
  VideoRung,
} from "../plan/encode-plan.js";
import { size } from "../util/format.js";
import { planOptions, type LadderFlags } from "./flags.js";
import { spoolStdin, STDIN, STDIN_LABEL } from "./inputs.js";
import { systemOf, type ProtectFlags } from "./options/protection.js";
import { rungLines, sourceLines } from "./text.js";

/** Stands for the work folder in commands that are only shown. */
const WORK = "WORK";

export interface PlanFlags extends LadderFlags, ProtectFlags {
  readonly json?: boolean;
}

/** `mss-pack plan input` */
export async function planCommand(
  input: string,
  flags: PlanFlags,
  signal: AbortSignal,
): Promise<void> {
  const stdin = input === STDIN ? "the input" : undefined;
  const protection = await plannedProtection(flags, stdin, signal);
  const plan = await planOf(input, flags, signal);
  const commands = ENGINES.local.commands(plan, WORK);
  const text = flags.json
    ? JSON.stringify({ type: "plan", plan, commands, ...protection?.object })
    : planText(
        plan,
        commands.map((args) => commandLine("ffmpeg", args)),
        protection?.lines ?? [],
      );
  process.stdout.write(`${text}\n`);
}

async function planOf(
  input: string,
  flags: LadderFlags,
  signal: AbortSignal,
): Promise<EncodePlan> {
  const options = planOptions(flags, signal);
  if (input !== STDIN) return makePlan(input, options);
  await resolvePlanOptions(options);
  const spooled = await spoolStdin(tmpdir(), flags.name, signal);
  try {
    const { path, name } = spooled;
    const plan = await makePlan(path, { ...options, name });
    return relabelPlan(plan, STDIN_LABEL);
  } catch (error) {
    throw relabelError(error, spooled.path, STDIN_LABEL);
  } finally {
    await spooled.remove();
  }
}

/** How it would be protected; nothing is made for that. */
async function plannedProtection(
  flags: PlanFlags,
  stdin: string | undefined,
  signal: AbortSignal,
) {
  const system = systemOf(flags);
  if (system === undefined) return undefined;
  const { planProtection, protectionLines } = await import("./protection.js");
  const command = { output: undefined, stdin, signal };
  const planned = await planProtection(system, flags, command);
  const { facts, ...said } = planned;
  return {
    lines: protectionLines(planned),
    object: { protection: { ...facts, ...said } },
  };
}

function planText(
  plan: EncodePlan,
  commands: readonly string[],
  protection: readonly string[],
): string {
  const { estimate } = plan;
  return [
    ...sourceLines(plan),
    "",
    `Rungs (preset ${plan.preset}):`,
    ...rungLines(plan),
    ...section(
      "Skipped:",
      plan.skipped.map(({ name, reason }) => `${name}: ${reason}`),
    ),
    ...section("Notes:", plan.notes),
    ...section("Filters:", plan.streams.flatMap(filterLines)),
    ...(protection.length === 0 ? [] : ["", ...protection]),
    "",
    `Fragments: ${estimate.fragments} in each track`,
    `Size: about ${size(estimate.bytes)}; disk needed while working: about ${size(estimate.diskBytes)}`,
    ...section(commands.length === 1 ? "Command:" : "Commands:", commands),
  ].join("\n");
}

function filterLines(stream: PlanStream): string[] {
  switch (stream.kind) {
    case "video":
      return [
        `all rungs: ${stream.filters.join(", ")}`,
        ...stream.rungs.map((rung) => `${rung.name}: ${filtersText(rung)}`),
      ];
    case "audio":
      return stream.rungs.map(
        (rung) => `sound: ${filtersText(rung, stream.joined?.filter)}`,
      );
    case "text":
      return [];
  }
}

/** @param joining filter behind those of each stream that is joined */
function filtersText(
  { copied, filters }: VideoRung | AudioRung,
  joining?: string,
): string {
  if (copied) return "none, it is not encoded";
  return [...filters, ...(joining === undefined ? [] : [joining])].join(", ");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", title, ...lines.map((line) => `  ${line}`)];
}
