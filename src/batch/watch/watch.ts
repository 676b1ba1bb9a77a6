import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PackError } from "../../errors.js";
import { resolveOptions } from "../../pipeline/resolve-options.js";
import {
  refuseOneCaptionFor,
  requireJobs,
  summarizeBatch,
  type BatchReport,
} from "../batch.js";
import { makeItem, packageKey, type ItemReport } from "../item.js";
import { lookInto } from "./candidates.js";
import { openFolders, type WatchOptions } from "./folders.js";
import { handleFile } from "./handle-file.js";
import { openQueue, type Queue, type TakenFile } from "./queue.js";

/**
 * Packages each file that is put into a folder, and moves it to `done` or `failed` in
 * that folder. Ends when the signal fires, or with `once` when the files there are done.
 * The folder is looked at again and again: network disks do not report changes. All state
 * is in the folders, so the watch may be killed and started again.
 *
 * @returns counts; with `once` also an item for each file
 * @throws PackError before any work: `usage`, `preset`, `tool`, `output`, `input` when
 * the folder cannot be read; with `once` this `input` also later
 */
export async function watchFolder(
  folder: string,
  options: WatchOptions,
): Promise<BatchReport> {
  const { settleSeconds = 5, pollSeconds = 2, once = false, signal } = options;
  requireJobs(options);
  refuseOneCaptionFor(options);
  requireTree(options);
  // Checked here, then resolved anew for each film: a watch runs for weeks.
  const { captions } = await resolveOptions(options);
  const folders = await openFolders(folder, options.output);
  const queue = openQueue(settleSeconds * 1000, once, (name) =>
    packageKey(itemOf(name, 0)),
  );
  const tally = openTally(once);
  const look = lookInto(folders, options);
  const itemOf = (name: string, number: number) => {
    const path = join(folder, name);
    const below = options.keepFolders ? { folder: dirname(name) } : {};
    return makeItem({ path, ...below }, number, undefined, options.folderEach);
  };
  const work = async (taken: TakenFile) => {
    const item = itemOf(taken.file.name, tally.nextNumber());
    const handled = await handleFile(item, taken, folders, {
      ...options,
      captions,
    });
    tally.add(handled.report);
    const { retryMs = Infinity } = handled;
    queue.release(taken.file, performance.now() + retryMs);
  };
  const running = new Set<Promise<void>>();
  queue.note(await look(), performance.now());
  options.onReady?.();
  while (!signal?.aborted) {
    startNext(queue, running, options.jobs ?? 1, work);
    if (once && running.size === 0 && queue.isFirstLookDone()) break;
    await pause(pollSeconds * 1000, running, signal);
    if (!signal?.aborted) queue.note(await look(), performance.now());
  }
  await Promise.all(running);
  for (const name of once ? queue.unfinished() : [])
    options.onWarning?.(`${join(folder, name)}: is still being written. Left.`);
  return tally.report();
}

/** @throws PackError `usage` */
function requireTree({ recursive, keepFolders }: WatchOptions): void {
  if (!keepFolders || recursive) return;
  throw new PackError(
    "usage",
    "--keep-folders is given, and not --recursive. Expected both: without it no folder is looked into.",
    { facts: { option: "--keep-folders" } },
  );
}

function startNext(
  queue: Queue,
  running: Set<Promise<void>>,
  jobs: number,
  work: (taken: TakenFile) => Promise<void>,
): void {
  while (running.size < jobs) {
    const taken = queue.take();
    if (taken === undefined) return;
    const ended = work(taken).finally(() => running.delete(ended));
    running.add(ended);
  }
}

/** Waits until the next look is due, a file is done, or the signal fires. */
async function pause(
  pollMs: number,
  running: ReadonlySet<Promise<void>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = new AbortController();
  const signals = [over.signal, ...(signal ? [signal] : [])];
  const slept = sleep(Math.max(pollMs, SHORTEST_PAUSE_MS), undefined, {
    signal: AbortSignal.any(signals),
  }).catch(() => undefined);
  await Promise.race([slept, ...running]);
  over.abort();
}

/** Shorter pauses would burden a distant disk. */
const SHORTEST_PAUSE_MS = 10;

/**
 * Counts files. It keeps no reports: a watch folder may see more files than memory holds
 * reports.
 */
interface FileCounts {
  /** For the next file, from 1. */
  nextNumber(): number;
  add(report: ItemReport): void;
  report(): BatchReport;
}

/** @param keepItems keep every report, for a watch that ends by itself */
function openTally(keepItems: boolean): FileCounts {
  const startMs = performance.now();
  const items: ItemReport[] = [];
  const counts = { total: 0, done: 0, skipped: 0, failed: 0, stopped: 0 };
  let numbers = 0;
  return {
    nextNumber: () => ++numbers,
    add(report) {
      counts.total++;
      counts[report.state]++;
      if (keepItems) items.push(report);
    },
    report: () => ({
      ...summarizeBatch(items, performance.now() - startMs),
      ...counts,
    }),
  };
}
