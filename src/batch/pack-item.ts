import { resolve } from "node:path";
import { describeError, PackError } from "../errors.js";
import type { PackResult } from "../pipeline/options.js";
import { packResolved } from "../pipeline/pack.js";
import {
  resolveOptions,
  type ResolvedOptions,
} from "../pipeline/resolve-options.js";
import { placeIn } from "../store/address.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import type { BatchItem, EndedItem, ItemOptions } from "./item.js";

/**
 * The walk for one input. An error of the input goes into the report and never rejects.
 *
 * @param resolved the same options, when a caller has resolved them already
 */
export async function packItem(
  item: BatchItem,
  options: ItemOptions,
  resolved?: ResolvedOptions,
): Promise<EndedItem> {
  const startMs = performance.now();
  options.onStart?.(item);
  const outcome = await attempt(item, options, resolved);
  return endItem(item, outcome, performance.now() - startMs, options);
}

/** An input that is refused before the walk. */
export async function refuseItem(
  item: BatchItem,
  error: PackError,
  options: ItemOptions,
): Promise<EndedItem> {
  options.onStart?.(item);
  return endItem(item, { error }, 0, options);
}

async function endItem(
  item: BatchItem,
  outcome: Outcome,
  milliseconds: number,
  options: ItemOptions,
): Promise<EndedItem> {
  const { input, name } = item;
  const seconds = Math.round(milliseconds) / 1000;
  const ended: EndedItem = {
    ...outcome,
    report: { input, name, ...reportOf(outcome, options.signal), seconds },
  };
  const { afterEach } = options;
  const isStopped = ended.report.state === "stopped";
  const notes = isStopped ? [] : await afterEach?.(item, ended);
  const told = withNotes(ended, notes ?? []);
  options.onEnd?.(item, told);
  return told;
}

/** The end of an input, with more notes in its report. */
export function withNotes(
  ended: EndedItem,
  more: readonly string[],
): EndedItem {
  const { report, notes = [] } = ended;
  if (more.length === 0 || report.state === "stopped") return ended;
  return {
    ...ended,
    report: { ...report, notes: [...(report.notes ?? []), ...more] },
    notes: [...notes, ...more],
  };
}

type Outcome = { result: PackResult } | { error: unknown };

async function attempt(
  item: BatchItem,
  options: ItemOptions,
  resolved: ResolvedOptions | undefined,
): Promise<Outcome> {
  const { onPlan, onProgress } = options;
  const { path, input, name, folder = "" } = item;
  const labelled = (plan: EncodePlan) =>
    input === path ? plan : relabelPlan(plan, input);
  try {
    const common = resolved ?? (await resolveOptions(options));
    const result = await packResolved(path, {
      ...common,
      name,
      folder: placeIn(common.folder, folder),
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

/**
 * The plan, with another name for the source: a user does not know the path of a file that
 * stands in for standard input.
 */
export function relabelPlan(plan: EncodePlan, label: string): EncodePlan {
  return { ...plan, source: { ...plan.source, path: label } };
}

/**
 * The error, with another name for a path in all its texts, also in commands and in output
 * of programs.
 */
export function relabelError(
  error: unknown,
  path: string,
  label: string,
): unknown {
  if (!(error instanceof PackError)) return error;
  // The longer path first: a relative path is the end of the absolute one.
  const rename = (text: string) =>
    text.replaceAll(resolve(path), label).replaceAll(path, label);
  const { code, message, hint, facts, cause, stack } = error;
  const renamed = new PackError(code, rename(message), {
    ...(hint !== undefined && { hint: rename(hint) }),
    facts: renameIn(facts, rename) as PackError["facts"],
    ...("cause" in error && { cause }),
  });
  if (stack !== undefined) renamed.stack = rename(stack);
  return renamed;
}

/** The same plain data with all its texts renamed. */
function renameIn(data: unknown, rename: (text: string) => string): unknown {
  if (typeof data === "string") return rename(data);
  if (Array.isArray(data))
    return data.map((item: unknown) => renameIn(item, rename));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      renameIn(value, rename),
    ]),
  );
}
