import { ENGINES } from "../encode/index.js";
import { plan as makePlan } from "../pack.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { commandLine } from "../tools/ffmpeg-command.js";
import { planOptions, type LadderFlags } from "./options.js";
import { rungLines, size, sourceLines } from "./text.js";

/** Stands for the work folder in commands that are only shown. */
const WORK = "WORK";

/** `mss-pack plan input` */
export async function planCommand(
  input: string,
  flags: LadderFlags & { readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const plan = await makePlan(input, planOptions(flags, signal));
  const commands = ENGINES.local.commands(plan, WORK);
  const text = flags.json
    ? JSON.stringify({ type: "plan", plan, commands })
    : planText(
        plan,
        commands.map((args) => commandLine("ffmpeg", args)),
      );
  process.stdout.write(`${text}\n`);
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
        (rung) => `${rung.name}: ${rung.filters.join(", ")}`,
      ),
      ...(plan.audio ? [`sound: ${plan.audio.filters.join(", ")}`] : []),
    ]),
    "",
    `Fragments: ${estimate.fragments} in each track`,
    `Size: about ${size(estimate.bytes)}; disk needed while working: about ${size(estimate.diskBytes)}`,
    ...section(commands.length === 1 ? "Command:" : "Commands:", commands),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", title, ...lines.map((line) => `  ${line}`)];
}
