import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { PackError } from "../errors.js";
import type { EncodeProgress, EncodeStep } from "../encode/index.js";
import { openStore } from "../store/store.js";
import { findTools, type ToolOptions, type Tools } from "../ffmpeg/find.js";
import { requireAbleEncoders } from "../pipeline/able-encoders.js";
import { damageJudge } from "../pipeline/damage.js";
import { judgedStep } from "../pipeline/encode.js";
import { requiredEncoders } from "../plan/encode-plan.js";
import { openPlan, packageOf, tooEarly } from "./open-plan.js";
import { madeFiles, placeOf, readRecord, writeRecord } from "./records.js";
import { requireSameMakers } from "./same-makers.js";
import { requireSource, stepsOf, type TaskPlan } from "./task-plan.js";
import type { WorkStore } from "./work-store.js";

export interface TaskRunOptions extends ToolOptions {
  /** Take part with another ffmpeg, x264 or mss-pack than the plan was made with. */
  readonly allowMixed?: boolean | undefined;
  /** How much ffmpeg gives way to other programs, 0 to 19. */
  readonly nice?: number | undefined;
  readonly onProgress?: ((progress: EncodeProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a step. */
export interface TaskResult {
  readonly step: string;
  /** It was done before, and nothing was to do. */
  readonly wasDone: boolean;
}

/**
 * Does one step of a plan, unless it is done. It may be run again, and anywhere: what it leaves appears whole.
 *
 * @param path of the plan
 * @param number of the step, from 0
 * @throws PackError `usage` when there is no such step, `encode` when an earlier step is not done, `tool` when another
 * encoder would make it, and as the engine does
 */
export async function runTask(
  path: string,
  number: number,
  options: TaskRunOptions = {},
): Promise<TaskResult> {
  const { tasks, store } = await openPlan(path);
  const step = stepAt(tasks, number, path);
  const { name } = step;
  const isDone =
    (await packageOf({ store })) ?? (await readRecord(store, number));
  if (isDone !== undefined) return { step: name, wasDone: true };
  await requireSource(tasks);
  const needs = await filesNeeded(tasks, step, store);
  const encoders = requiredEncoders(tasks.plan);
  const { stallTimeoutSeconds, s3Endpoint } = tasks.options;
  const found = await findTools({ stallTimeoutSeconds, ...options }, encoders);
  const tools = { ...found, store: openStore({ endpoint: s3Endpoint }) };
  await requireSameMakers(tasks, tools, options);
  await requireAbleEncoders(tasks.plan, tools, options.signal);
  const folder = await store.scratch();
  try {
    await store.take(needs, folder);
    const made = await doStep(tasks, step, { ...options, tools, folder });
    const place = placeOf(number, randomBytes(6).toString("hex"));
    const files = await madeFiles(folder, made.files);
    await store.put(folder, made.files, place);
    await writeRecord(store, number, { ...made, step: name, place, files });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { step: name, wasDone: false };
}

function stepAt(tasks: TaskPlan, number: number, path: string): EncodeStep {
  const steps = stepsOf(tasks);
  const step = steps[number];
  if (step !== undefined) return step;
  throw new PackError(
    "usage",
    `${path}: has no step ${number}. Expected 0 to ${steps.length - 1}, package or verify.`,
    { facts: { found: number, steps: steps.length } },
  );
}

/** Names in the work folder of all files that a step reads. */
async function filesNeeded(
  tasks: TaskPlan,
  { name, needs }: EncodeStep,
  store: WorkStore,
): Promise<string[]> {
  if (needs.length === 0) return [];
  const numbers = new Map(stepsOf(tasks).map((step, i) => [step.name, i]));
  const names: string[] = [];
  for (const { step, begin = "" } of needs) {
    const record = await readRecord(store, numbers.get(step) ?? -1);
    if (record === undefined) throw tooEarly(name, step);
    const own = record.files.filter(({ file }) => file.startsWith(begin));
    names.push(...own.map(({ file }) => `${record.place}/${file}`));
  }
  return names;
}

interface StepOptions extends TaskRunOptions {
  readonly tools: Tools;
  readonly folder: string;
}

async function doStep(
  { plan, options: { salvage = false } }: TaskPlan,
  step: EncodeStep,
  { tools, folder, nice, onProgress, signal }: StepOptions,
): Promise<{ files: string[]; notes: readonly string[] }> {
  const judge = damageJudge(plan, { folder, tools, signal, salvage });
  const context = { folder, tools, nice, onProgress, signal };
  return judgedStep(plan, step, { ...context, judge, name: "local" });
}
