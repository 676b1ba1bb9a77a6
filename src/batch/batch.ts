import { resolve } from "node:path";
import { PackError } from "../errors.js";
import { isUrl } from "../ffmpeg/input-options.js";
import { AUTO, EMBEDDED, isOfEach } from "../captions/embedded.js";
import { resolveOptions } from "../pipeline/resolve-options.js";
import {
  makeItem,
  packageKey,
  type BatchInput,
  type BatchItem,
  type ItemOptions,
  type ItemReport,
} from "./item.js";
import { packItem } from "./pack-item.js";
import { runItems } from "./run-items.js";

export interface BatchOptions extends ItemOptions {
  /** Inputs packaged at the same time, 1 to 64. Default 1: ffmpeg alone keeps every core busy. */
  readonly jobs?: number | undefined;
  /** After a failure begin no other input, but finish the running ones. */
  readonly failFast?: boolean | undefined;
}

/** The result of every input, in the order given. */
export interface BatchReport {
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Inputs not done, because the batch was stopped before. */
  readonly stopped: number;
  readonly seconds: number;
  readonly items: readonly ItemReport[];
}

/**
 * Packages many inputs into one folder: {@link pack}, once for each. The report lists an
 * input that fails, and the others go on. A path given twice is packaged once.
 *
 * @throws PackError before any work, for an error that all inputs share: `usage` when two
 * packages would have the same name, or for a wrong option; `preset`, `tool`
 */
export async function packAll(
  inputs: readonly (string | BatchInput)[],
  options: BatchOptions,
): Promise<BatchReport> {
  const startMs = performance.now();
  const items = openBatch(inputs, options);
  const resolved = await resolveOptions(options);
  options.onBegin?.(items);
  const reports = await runItems(items, options, async (item) => {
    const { report } = await packItem(item, options, resolved);
    return report;
  });
  return summarizeBatch(reports, performance.now() - startMs);
}

/**
 * The inputs of a batch, or of its dry run, in their order, each once.
 *
 * @throws PackError `usage` for an error that all inputs share
 */
export function openBatch(
  inputs: readonly (string | BatchInput)[],
  options: Pick<BatchOptions, "captions" | "folderEach" | "jobs">,
): BatchItem[] {
  requireJobs(options);
  const items = distinct(inputs).map((input, i, all) =>
    makeItem(input, i + 1, all.length, options.folderEach),
  );
  refuseSameNames(items);
  if (items.length > 1) refuseOneCaptionFor(options);
  return items;
}

/**
 * Captions of one film are wrong for every other film.
 *
 * @throws PackError `usage`
 */
export function refuseOneCaptionFor({
  captions = [],
}: Pick<BatchOptions, "captions">): void {
  const file = captions.find((value) => !isOfEach(value));
  if (file === undefined) return;
  throw new PackError(
    "usage",
    `--captions is "${file}" and there are several inputs. Expected ${AUTO}, which takes the caption files beside each, or captions inside each: ${EMBEDDED}, cc1.`,
    { facts: { option: "--captions", found: file } },
  );
}

const MOST_JOBS = 64;

/** @throws PackError `usage` */
export function requireJobs({ jobs = 1 }: Pick<BatchOptions, "jobs">): void {
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS) return;
  throw new PackError(
    "usage",
    `--jobs is "${jobs}". Expected a whole number from 1 to ${MOST_JOBS}.`,
    { facts: { option: "--jobs", found: jobs } },
  );
}

/** Counts the results of the items. */
export function summarizeBatch(
  items: readonly ItemReport[],
  milliseconds: number,
): BatchReport {
  const count = (countedState: ItemReport["state"]) =>
    items.filter(({ state }) => state === countedState).length;
  return {
    total: items.length,
    done: count("done"),
    skipped: count("skipped"),
    failed: count("failed"),
    stopped: count("stopped"),
    seconds: Math.round(milliseconds) / 1000,
    items,
  };
}

/** A pattern and a name may match the same file. */
function distinct(
  inputs: readonly (string | BatchInput)[],
): (string | BatchInput)[] {
  const byPath = new Map<string, string | BatchInput>();
  for (const input of inputs) {
    const path = typeof input === "string" ? input : input.path;
    const key = isUrl(path) ? path : resolve(path);
    if (!byPath.has(key)) byPath.set(key, input);
  }
  return [...byPath.values()];
}

/**
 * Checked before the work begins. Otherwise the second package would be refused, or
 * replace the first, hours later.
 *
 * @throws PackError `usage`
 */
function refuseSameNames(items: readonly BatchItem[]): void {
  const byName = new Map<string, BatchItem>();
  for (const item of items) {
    const key = packageKey(item);
    const other = byName.get(key);
    if (other !== undefined) throw sameNameError(other, item);
    byName.set(key, item);
  }
}

/** The `usage` error for two inputs that would make the same package. */
export function sameNameError(one: BatchItem, other: BatchItem): PackError {
  return new PackError(
    "usage",
    `${one.input} and ${other.input} would both become the package "${one.name}".`,
    {
      hint: "--keep-folders keeps those of different folders apart; or rename one, or give it another -o in a run of its own.",
      facts: { name: one.name, inputs: [one.input, other.input] },
    },
  );
}
