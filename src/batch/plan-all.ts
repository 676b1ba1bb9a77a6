import { describeError, PackError, type Failure } from "../errors.js";
import type { PackEvents, PackOptions } from "../pipeline/options.js";
import {
  dryRun,
  type DryRun,
  type DryRunOptions,
} from "../pipeline/probe-and-plan.js";
import {
  resolveOptions,
  resolvePlanOptions,
} from "../pipeline/resolve-options.js";
import { placeIn } from "../store/address.js";
import { openBatch } from "./batch.js";
import type { BatchInput, BatchItem } from "./item.js";
import { relabelError, relabelPlan } from "./pack-item.js";

export interface PlanAllOptions extends Omit<
  PackOptions,
  "name" | "output" | keyof PackEvents
> {
  /** The place of the packages; without it only the inputs are checked. */
  readonly output?: string | undefined;
  /** Each package gets a folder of its own, with the package's name. */
  readonly folderEach?: boolean | undefined;
  /** Called while sound is measured. */
  readonly onProgress?: PackEvents["onProgress"];
  readonly onStart?: ((item: BatchItem) => void) | undefined;
  readonly onEnd?:
    ((item: BatchItem, planned: PlannedItem) => void) | undefined;
}

/** The expected result of one input. */
export type PlannedItem = {
  readonly input: string;
  readonly name: string;
  /** Absolute path of the server manifest; left out without an output folder. */
  readonly manifest?: string;
  /** The plan; undefined when the input is refused before. */
  readonly plan?: DryRun["plan"];
} & (
  | { readonly state: "planned" | "skipped" | "stopped" }
  /** `error` is the error that the job would throw. */
  | ({ readonly state: "refused"; readonly error: unknown } & Failure)
);

/** The expected result of every input, in the order given. */
export interface PlanReport {
  readonly total: number;
  readonly planned: number;
  /** Complete packages that would be left alone. */
  readonly skipped: number;
  readonly refused: number;
  /** Not looked at, because the signal fired. */
  readonly stopped: number;
  /** Of all packages that would be made. */
  readonly durationSeconds: number;
  readonly bytes: number;
  readonly items: readonly PlannedItem[];
}

/**
 * Lists what {@link packAll} would do: the inputs that it would package, with their
 * plans, and the inputs that it would refuse before the work. Nothing is written.
 *
 * @throws PackError the errors that {@link packAll} throws before any work
 */
export async function planAll(
  inputs: readonly (string | BatchInput)[],
  options: PlanAllOptions,
): Promise<PlanReport> {
  const items = openBatch(inputs, options);
  const resolved = await resolveDryRun(options);
  const planned: PlannedItem[] = [];
  for (const item of items) {
    options.onStart?.(item);
    const one = await planItem(item, resolved);
    planned.push(one);
    options.onEnd?.(item, one);
  }
  return summarizePlans(planned);
}

/** @throws PackError `usage`, `preset` or `tool`: errors that all inputs would share */
export async function resolveDryRun(
  options: PlanAllOptions & Pick<PackOptions, "name">,
): Promise<DryRunOptions> {
  const { output, salvage = false, onProgress } = options;
  if (output === undefined)
    return { ...(await resolvePlanOptions(options)), salvage, onProgress };
  const target = await resolveOptions({ ...options, output });
  return { ...target, target, onProgress };
}

/** An error of the input is in the returned value and never rejects. */
export async function planItem(
  item: BatchItem,
  options: DryRunOptions,
): Promise<PlannedItem> {
  const { path, input, name, folder: below = "" } = item;
  if (options.signal?.aborted) return { input, name, state: "stopped" };
  const folder = options.target && placeIn(options.target.folder, below);
  const names = {
    ...{ input, name },
    ...(folder !== undefined && { manifest: placeIn(folder, `${name}.ism`) }),
  };
  const target =
    options.target && folder ? { ...options.target, folder } : undefined;
  const labelled = (error: unknown) =>
    input === path ? error : relabelError(error, path, input);
  try {
    const run = await dryRun(path, { ...options, target, name });
    const plan = input === path ? run.plan : relabelPlan(run.plan, input);
    if (run.refusal === undefined)
      return { ...names, plan, state: run.isSkipped ? "skipped" : "planned" };
    return { ...names, plan, ...refused(labelled(run.refusal)) };
  } catch (error) {
    if (error instanceof PackError && error.code === "aborted")
      return { ...names, state: "stopped" };
    return { ...names, ...refused(labelled(error)) };
  }
}

function refused(error: unknown) {
  return { state: "refused", error, ...describeError(error) } as const;
}

function summarizePlans(items: readonly PlannedItem[]): PlanReport {
  const of = (state: PlannedItem["state"]) =>
    items.filter((item) => item.state === state);
  const sum = (figure: (plan: DryRun["plan"]) => number) =>
    of("planned").reduce((all, { plan }) => all + (plan ? figure(plan) : 0), 0);
  return {
    total: items.length,
    planned: of("planned").length,
    skipped: of("skipped").length,
    refused: of("refused").length,
    stopped: of("stopped").length,
    durationSeconds: sum((plan) => plan.durationSeconds),
    bytes: sum((plan) => plan.estimate.bytes),
    items,
  };
}
