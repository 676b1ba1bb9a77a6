import { tmpdir } from "node:os";
import { size } from "../amounts.js";
import { ENGINES } from "../encode/index.js";
import { plan as makePlan } from "../pack.js";
import type { EncodePlan, Rung } from "../plan/encode-plan.js";
import { relabelError, relabelPlan } from "../relabel.js";
import { commandLine } from "../tools/ffmpeg-command.js";
import { requirePlannable } from "../usable.js";
import { STDIN } from "./inputs.js";
import { planOptions, type LadderFlags } from "./options.js";
import { rungLines, sourceLines } from "./text.js";
import { LABEL, spoolStdin } from "./stdin.js";

/** Stands for the work folder in commands that are only shown. */
const WORK = "WORK";

/** `mss-pack plan input` */
export async function planCommand(
  input: string,
  flags: LadderFlags & { readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const plan = await planOf(input, flags, signal);
  const commands = ENGINES.local.commands(plan, WORK);
  const text = flags.json
    ? JSON.stringify({ type: "plan", plan, commands })
    : planText(
        plan,
        commands.map((args) => commandLine("ffmpeg", args)),
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
  await requirePlannable(options);
  const spooled = await spoolStdin(tmpdir(), flags.name, signal);
  try {
    const { path, name } = spooled;
    const plan = await makePlan(path, { ...options, name });
    return relabelPlan(plan, LABEL);
  } catch (error) {
    throw relabelError(error, spooled.path, LABEL);
  } finally {
    await spooled.remove();
  }
}

function planText(plan: EncodePlan, commands: readonly string[]): string {
  const { estimate, video } = plan;
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
    ...section("Filters:", [
      ...(video ? [`all rungs: ${video.filters.join(", ")}`] : []),
      ...(video?.rungs ?? []).map(
        (rung) => `${rung.name}: ${filtersText(rung)}`,
      ),
      ...(plan.audio ? [`sound: ${filtersText(plan.audio)}`] : []),
    ]),
    "",
    `Fragments: ${estimate.fragments} in each track`,
    `Size: about ${size(estimate.bytes)}; disk needed while working: about ${size(estimate.diskBytes)}`,
    ...section(commands.length === 1 ? "Command:" : "Commands:", commands),
  ].join("\n");
}

function filtersText({ filters, copied }: Rung): string {
  return copied ? "none, it is not encoded" : filters.join(", ");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", title, ...lines.map((line) => `  ${line}`)];
}
