import { PackError } from "../errors.js";
import type { LayoutName } from "../mux/layouts.js";
import type { FormatName } from "../pipeline/formats.js";
import type { CodecData } from "../smooth/presentation.js";
import type { SchedulerName } from "../tasks/emit/index.js";
import { writeScripts } from "../tasks/emit/write-scripts.js";
import { planTasks, type PlannedTasks } from "../tasks/plan-tasks.js";
import { stagesOf } from "../tasks/task-plan.js";
import { planOptions, requireOut, type LadderFlags } from "./flags.js";
import { say, writeLine } from "./process.js";

/** Options of `mss-pack plan` for many machines, as commander's values. */
export interface WorkFlags extends LadderFlags {
  readonly work?: string;
  readonly emit?: SchedulerName;
  readonly output?: string;
  readonly overwrite?: boolean;
  readonly salvage?: boolean;
  readonly tfdt?: boolean;
  readonly formats?: FormatName[];
  readonly layout?: LayoutName;
  readonly ec3CodecData?: CodecData;
  readonly json?: boolean;
}

/**
 * `mss-pack plan film.mp4 -o out/ --work work/`: the plan as a file, and the scripts of a scheduler.
 *
 * @throws PackError `usage` when something is missing, and as pack does before its work
 */
export async function planWork(
  inputs: readonly string[],
  flags: WorkFlags,
  signal: AbortSignal,
): Promise<void> {
  const { work, emit, json } = flags;
  const [input = "film.mp4", ...more] = inputs;
  const example = `mss-pack plan ${input} -o out/ --work work/${emit === undefined ? "" : ` --emit ${emit}`}`;
  if (work === undefined)
    throw new PackError("usage", "--emit is given, and no --work FOLDER.", {
      hint: `For example: ${example}`,
    });
  if (more.length > 0)
    throw new PackError(
      "usage",
      `--work is given, and ${inputs.length} inputs. Expected one: each film has its own work folder.`,
      { hint: `For example: ${example}` },
    );
  const output = requireOut(flags, example);
  const { overwrite, salvage, tfdt, layout, ec3CodecData } = flags;
  const { formats } = flags;
  const options = {
    ...{ ...planOptions(flags, signal), output, overwrite, salvage },
    ...{ tfdt, formats, layout, ec3CodecData },
  };
  const planned = await planTasks(input, options, work);
  const start = emit && (await writeScripts(planned, emit));
  if (json) writeLine(workObject(planned, start));
  else workLines(planned, start).forEach(say);
}

function workObject({ path, tasks, isDone }: PlannedTasks, start?: string) {
  const { id, encoder, plan } = tasks;
  const stages = stagesOf(plan).map((stage) => stage.map(({ name }) => name));
  return {
    ...{ type: "tasks", path, id, encoder, isDone, stages },
    ...(start !== undefined && { start }),
  };
}

function workLines(
  { path, tasks, isDone }: PlannedTasks,
  start?: string,
): string[] {
  if (isDone) return [`${path}: the package is made already.`];
  let first = 0;
  const stages = stagesOf(tasks.plan).map(({ length }, i) => {
    const last = first + length - 1;
    const which = length === 1 ? `step ${first}` : `steps ${first} to ${last}`;
    first += length;
    return `  ${i === 0 ? "first" : "then "}  ${which}`;
  });
  return [
    path,
    ...stages,
    "  then   package",
    start ?? `mss-pack task ${path} STEP does one of them.`,
  ];
}
