import { describeError, type Failure, type PackError } from "./errors.js";
import type { PackOptions, PackProgress, PackResult } from "./options.js";
import { pack } from "./pack.js";
import type { EncodePlan } from "./plan/encode-plan.js";
import { packageName } from "./plan/plan.js";
import { relabelError, relabelPlan } from "./relabel.js";
import type { Tools } from "./tools/find.js";

/** An input with more to say than its path. */
export interface BatchInput {
  readonly path: string;
  /** Base name of its package; default: the file's name without its extension. */
  readonly name?: string | undefined;
  /** What reports call it; default: its path as it was given. */
  readonly label?: string | undefined;
}

/** One input of a batch, waiting for its turn. */
export interface BatchItem {
  readonly path: string;
  readonly name: string;
  /** What reports call it. */
  readonly input: string;
  /** Its place in the batch, from 1. */
  readonly number: number;
  /** Of how many; a watch folder cannot tell. */
  readonly total?: number;
}

/** What became of one input: plain data, for reports. */
export type ItemReport = {
  readonly input: string;
  readonly name: string;
  /** From its turn to its end. */
  readonly seconds: number;
} & (
  | ({ readonly state: "done" | "skipped" } & Packaged)
  | ({ readonly state: "failed" } & Failure)
  /** The batch was stopped before its turn, or in the middle of it. */
  | { readonly state: "stopped" }
);

/** A package that stands in its folder. */
export interface Packaged {
  readonly manifest: string;
  /** Of all its files together. */
  readonly bytes: number;
  readonly durationSeconds: number;
  readonly notes: readonly string[];
  /** Times of the source that could not be decoded. */
  readonly lost: PackResult["lost"];
}

/** The end of one input, with all that is known of it. */
export interface EndedItem {
  readonly report: ItemReport;
  /** When it is done or skipped. */
  readonly result?: PackResult;
  /** What was thrown, when it failed or was stopped. */
  readonly error?: unknown;
}

/** How the work on each input goes. With several jobs they come mixed. */
export interface BatchEvents {
  readonly onStart?: ((item: BatchItem) => void) | undefined;
  readonly onPlan?:
    ((item: BatchItem, plan: EncodePlan, tools: Tools) => void) | undefined;
  readonly onProgress?:
    ((item: BatchItem, progress: PackProgress) => void) | undefined;
  readonly onEnd?: ((item: BatchItem, ended: EndedItem) => void) | undefined;
}

/** What every input of a batch is packaged with. */
export type ItemOptions = Omit<PackOptions, "name" | "onPlan" | "onProgress"> &
  BatchEvents;

/** An input as an item of a batch. */
export function makeItem(
  input: string | BatchInput,
  number: number,
  total?: number,
): BatchItem {
  const { path, name, label }: BatchInput =
    typeof input === "string" ? { path: input } : input;
  return {
    path,
    name: name ?? packageName(path),
    input: label ?? path,
    number,
    ...(total !== undefined && { total }),
  };
}

/** The walk for one input. Never rejects for what the input did: that is in the report. */
export async function packItem(
  item: BatchItem,
  options: ItemOptions,
): Promise<EndedItem> {
  const startMs = performance.now();
  options.onStart?.(item);
  const outcome = await attempt(item, options);
  return endItem(item, outcome, performance.now() - startMs, options);
}

/** An input that is refused before the walk. */
export function refuseItem(
  item: BatchItem,
  error: PackError,
  options: ItemOptions,
): EndedItem {
  options.onStart?.(item);
  return endItem(item, { error }, 0, options);
}

function endItem(
  item: BatchItem,
  outcome: Outcome,
  milliseconds: number,
  options: ItemOptions,
): EndedItem {
  const { input, name } = item;
  const seconds = Math.round(milliseconds) / 1000;
  const ended: EndedItem = {
    ...outcome,
    report: { input, name, ...reportOf(outcome, options.signal), seconds },
  };
  options.onEnd?.(item, ended);
  return ended;
}

type Outcome = { result: PackResult } | { error: unknown };

async function attempt(
  item: BatchItem,
  options: ItemOptions,
): Promise<Outcome> {
  const { onPlan, onProgress } = options;
  const { path, input, name } = item;
  const labelled = (plan: EncodePlan) =>
    input === path ? plan : relabelPlan(plan, input);
  try {
    const result = await pack(path, {
      ...options,
      name,
      onPlan: (plan, tools) => onPlan?.(item, labelled(plan), tools),
      onProgress: (progress) => onProgress?.(item, progress),
    });
    return { result: { ...result, plan: labelled(result.plan) } };
  } catch (error) {
    return { error: input === path ? error : relabelError(error, path, input) };
  }
}

function reportOf(outcome: Outcome, signal: AbortSignal | undefined) {
  if ("error" in outcome) {
    const failure = describeError(outcome.error);
    return signal?.aborted && failure.code === "aborted"
      ? ({ state: "stopped" } as const)
      : ({ state: "failed", ...failure } as const);
  }
  const { manifest, files, durationSeconds, plan, skipped, lost, notes } =
    outcome.result;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const packaged = {
    manifest,
    bytes,
    durationSeconds,
    notes: [...plan.notes, ...notes],
    lost,
  };
  return { state: skipped ? "skipped" : "done", ...packaged } as const;
}
