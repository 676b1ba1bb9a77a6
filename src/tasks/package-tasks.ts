import type { EncodedRung } from "../encode/index.js";
import { ENGINES } from "../encode/index.js";
import { requireDecoded } from "../encode/judge.js";
import type { ToolOptions } from "../ffmpeg/find.js";
import type { EncodeRungs } from "../pipeline/encode.js";
import type { PackEvents, PackResult } from "../pipeline/options.js";
import { packPlanned } from "../pipeline/pack.js";
import { resolveOptions } from "../pipeline/resolve-options.js";
import { readRecord, requireMade, STEPS, type StepRecord } from "./records.js";
import { openPlan, packageOf, tooEarly, writeResult } from "./open-plan.js";
import { requireSameMakers } from "./same-makers.js";
import { requireSource, stagesOf, type TaskPlan } from "./task-plan.js";
import { SCRATCH } from "./work-folder.js";
import type { WorkStore } from "./work-store.js";

export interface PackageTasksOptions extends ToolOptions, PackEvents {
  readonly allowMixed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The package of a plan. */
export interface PackagedTasks {
  /** Path of the .ism. */
  readonly manifest: string;
  /** Undefined when it was made before. */
  readonly result?: PackResult;
}

/**
 * Makes the package of what the steps of a plan have encoded, and clears the work folder of it. It may be run again.
 *
 * @param path of the plan
 * @throws PackError `encode` when a step is not done, `tool` when another encoder is here, and as pack does
 */
export async function packageTasks(
  path: string,
  options: PackageTasksOptions = {},
): Promise<PackagedTasks> {
  const { tasks, store } = await openPlan(path);
  const made = await packageOf({ store });
  if (made !== undefined) return { manifest: made };
  await requireSource(tasks);
  const resolved = await resolveOptions({
    ...{ ...tasks.options, ...options },
    skipExisting: true, // killed before it has told, it is run again
  });
  await requireSameMakers(tasks, resolved.tools, options);
  const { onPlan, onProgress } = options;
  const result = await packPlanned(
    tasks.plan,
    { ...resolved, onPlan, onProgress },
    broughtRungs(tasks, store),
  );
  const { manifest } = result;
  await writeResult(store, manifest);
  await store.remove(STEPS);
  // Of machines that are lost, or that do a step once more: nobody wants it now.
  await store.remove(SCRATCH).catch(() => undefined);
  return { manifest, result };
}

/** The files of all last steps, brought to the folder of the package. */
function broughtRungs(tasks: TaskPlan, store: WorkStore): EncodeRungs {
  return async (plan, { encoded }) => {
    const records = await lastRecords(tasks, store);
    for (const { place, files } of records) {
      await store.take(
        files.map(({ file }) => `${place}/${file}`),
        encoded,
      );
      await requireMade(encoded, files);
    }
    const rungs: EncodedRung[] = ENGINES.local.rungs(plan, encoded);
    await requireDecoded(rungs, plan.source.path);
    return { rungs, notes: new Set(records.flatMap(({ notes }) => notes)) };
  };
}

/** Only the last stage makes what is packaged. */
async function lastRecords(
  { plan }: TaskPlan,
  store: WorkStore,
): Promise<StepRecord[]> {
  const stages = stagesOf(plan);
  const last = stages.at(-1) ?? [];
  const first = stages.flat().length - last.length;
  const records: StepRecord[] = [];
  for (const [i, { name }] of last.entries()) {
    const record = await readRecord(store, first + i);
    if (record === undefined) throw tooEarly(plan.name, name);
    records.push(record);
  }
  return records;
}
