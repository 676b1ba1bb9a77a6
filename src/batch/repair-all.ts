import { dirname, join, resolve } from "node:path";
import { describeError } from "../errors.js";
import { bytesOfSources } from "../isobmff/media-source.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { PackProgress } from "../pipeline/options.js";
import {
  repair,
  type RepairedPackage,
  type RepairOptions,
  type RepairPlan,
  type RepairResult,
} from "../pipeline/repair.js";
import { isRepairOf } from "../pipeline/repair-stamp.js";
import { kindAt } from "../smooth/package-files.js";
import { readManifests } from "../smooth/read-package.js";
import { placeIn } from "../store/address.js";
import { faultsIn } from "../verify/finding.js";
import { verify } from "../verify/verify.js";
import { openBatch, summarizeBatch, type BatchReport } from "./batch.js";
import type {
  BatchInput,
  BatchItem,
  ItemReport,
  PackagedFilm,
} from "./item.js";
import { runItems } from "./run-items.js";

export interface RepairAllOptions
  extends Omit<RepairOptions, "name" | "onPlan" | "onProgress">, RepairEvents {
  /** Packages repaired at the same time, 1 to 64. Default 1. */
  readonly jobs?: number | undefined;
  /** Each new package gets a folder of its own, with its name. */
  readonly folderEach?: boolean | undefined;
  /** Leave alone a package whose new one is there, made of the same files, and has no fault. */
  readonly skipExisting?: boolean | undefined;
}

export interface RepairEvents {
  readonly onStart?: ((item: BatchItem) => void) | undefined;
  readonly onPlan?: ((item: BatchItem, plan: RepairPlan) => void) | undefined;
  readonly onProgress?:
    ((item: BatchItem, progress: PackProgress) => void) | undefined;
  readonly onEnd?: ((item: BatchItem, ended: EndedRepair) => void) | undefined;
}

/** The end of one package. */
export interface EndedRepair {
  readonly report: ItemReport;
  readonly result?: RepairResult;
  /** The error, when it failed or was stopped. */
  readonly error?: unknown;
}

/**
 * Repairs many packages: {@link repair}, once for each. The report lists one that fails, and the others go on.
 *
 * @throws PackError `usage` before any work, when two packages would have the same name
 */
export async function repairAll(
  inputs: readonly (string | BatchInput)[],
  options: RepairAllOptions,
): Promise<BatchReport> {
  const startMs = performance.now();
  const items = openBatch(inputs, options);
  const reports = await runItems(items, options, (item) =>
    repairItem(item, options),
  );
  return summarizeBatch(reports, performance.now() - startMs);
}

type Outcome =
  | { readonly result: RepairResult; readonly repaired: RepairedPackage }
  | { readonly error: unknown }
  | { readonly existing: PackagedFilm };

async function repairItem(
  item: BatchItem,
  options: RepairAllOptions,
): Promise<ItemReport> {
  const startMs = performance.now();
  options.onStart?.(item);
  const outcome = await attempt(item, options);
  const seconds = Math.round(performance.now() - startMs) / 1000;
  const head = { input: item.input, name: item.name, seconds };
  const report = reportOf(head, outcome, options.signal);
  options.onEnd?.(item, {
    report,
    ...("result" in outcome && { result: outcome.result }),
    ...("error" in outcome && { error: outcome.error }),
  });
  return report;
}

async function attempt(
  item: BatchItem,
  { onPlan, onProgress, skipExisting, ...options }: RepairAllOptions,
): Promise<Outcome> {
  try {
    const output = placeIn(options.output, item.folder ?? "");
    const manifest = join(resolve(output), `${item.name}.ism`);
    const isDone =
      skipExisting === true &&
      (await isRepairOf(manifest, resolve(item.path), options.signal)) &&
      (await isSound(manifest));
    if (isDone)
      return {
        existing: await filmAt(
          manifest,
          "its new package is there, made of the same files",
        ),
      };
    const result = await repair(item.path, {
      ...{ ...options, output, name: item.name },
      onPlan: (plan) => onPlan?.(item, plan),
      onProgress: (progress) => onProgress?.(item, progress),
    });
    const { repaired } = result;
    return repaired === undefined
      ? { existing: await filmAt(resolve(item.path), "it needs no mend") }
      : { result, repaired };
  } catch (error) {
    return { error };
  }
}

/** Is a package there that has no fault? */
async function isSound(manifest: string): Promise<boolean> {
  if ((await kindAt(manifest)) === "nothing") return false;
  const { findings } = await verify(manifest);
  return faultsIn(findings).length === 0;
}

/** A package that stands, by its manifests. */
async function filmAt(manifest: string, why: string): Promise<PackagedFilm> {
  const { server, client } = await readManifests(manifest);
  const folder = dirname(manifest);
  const names = new Set(server.tracks.map(({ src }) => src));
  const media = await bytesOfSources(
    [...names].map((name) => join(folder, name)),
  );
  return {
    ...{ manifest, why, notes: [], lost: [] },
    bytes: media + server.bytes.length + client.bytes.length,
    durationSeconds: client.duration / SMOOTH_TIMESCALE,
  };
}

function reportOf(
  head: Pick<ItemReport, "input" | "name" | "seconds">,
  outcome: Outcome,
  signal: AbortSignal | undefined,
): ItemReport {
  if ("existing" in outcome)
    return { ...head, state: "skipped", ...outcome.existing };
  if ("result" in outcome) return { ...head, ...doneOf(outcome.repaired) };
  const failure = describeError(outcome.error);
  return signal?.aborted && failure.code === "aborted"
    ? { ...head, state: "stopped" }
    : { ...head, state: "failed", ...failure };
}

function doneOf(repaired: RepairedPackage) {
  const { manifest, files, durationSeconds, notes } = repaired;
  return {
    ...{ state: "done" as const, manifest, durationSeconds, lost: [] },
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    notes,
  };
}
