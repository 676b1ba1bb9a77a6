import { tmpdir } from "node:os";
import { relabelError, relabelPlan } from "../batch/pack-item.js";
import { ENGINES } from "../encode/index.js";
import { commandLine } from "../ffmpeg/command.js";
import { plan as makePlan } from "../pipeline/pack.js";
import { resolvePlanOptions } from "../pipeline/resolve-options.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { planOptions, type LadderFlags } from "./flags.js";
import { spoolStdin, STDIN, STDIN_LABEL } from "./inputs.js";
import { systemOf, type ProtectFlags } from "./options/protection.js";
import { planText } from "./plan-text.js";

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
