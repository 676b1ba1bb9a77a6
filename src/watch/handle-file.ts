import { join } from "node:path";
import { sameNameError } from "../batch/batch.js";
import {
  makeItem,
  type BatchItem,
  type EndedItem,
  type ItemReport,
} from "../batch/item.js";
import { packItem, refuseItem } from "../batch/pack-item.js";
import { messageOf } from "../errors.js";
import { writeReport } from "../report-file.js";
import { stateOf } from "./candidates.js";
import { mostTries, pauseMs } from "./fault.js";
import type { WatchFolders } from "./folders.js";
import { moveInto } from "./move.js";
import type { WatchOptions } from "./options.js";
import type { Taken } from "./queue.js";
import { isSame } from "./settled.js";

/** What became of a file. */
export interface Handled {
  readonly report: ItemReport;
  /** It stays in the watch folder, and is tried again after so long. */
  readonly retryMs: number | undefined;
}

/** Packages one file and puts it away. A package that a killed run has published is found again and skipped. */
export async function handleFile(
  item: BatchItem,
  taken: Taken,
  folders: WatchFolders,
  options: WatchOptions,
): Promise<Handled> {
  const ended = await packOrRefuse(item, taken, folders, options);
  const { report } = ended;
  const retryMs = retryOf(item, taken, ended, options);
  if (report.state !== "stopped" && retryMs === undefined)
    await putAway(item, taken, report, folders, options);
  return { report, retryMs };
}

/** When a film that may not be to blame is tried again; the next run does it when this one ends before. */
function retryOf(
  { input }: BatchItem,
  taken: Taken,
  { report, error }: EndedItem,
  { retrySeconds = 60, once, onTrouble }: WatchOptions,
): number | undefined {
  if (report.state !== "failed") return undefined;
  const most = mostTries(error);
  const tries = taken.tries + 1;
  if (tries >= most) {
    if (most > 1) onTrouble?.(`${input}: is given up after ${tries} tries.`);
    return undefined;
  }
  const next = `${tries + 1}${most === Infinity ? "" : ` of ${most}`}`;
  const retryMs = once ? Infinity : pauseMs(tries, retrySeconds * 1000);
  const when = once
    ? "the next run tries it again"
    : `try ${next} in ${retryMs / 1000} s`;
  onTrouble?.(`${input}: may not be to blame and stays; ${when}.`);
  return retryMs;
}

async function packOrRefuse(
  item: BatchItem,
  { rival }: Taken,
  folders: WatchFolders,
  options: WatchOptions,
): Promise<EndedItem> {
  if (rival === undefined)
    return packItem(item, { ...options, skipExisting: true });
  const first = makeItem(join(folders.inbox, rival), 0);
  return refuseItem(item, sameNameError(first, item), options);
}

async function putAway(
  item: BatchItem,
  { file }: Taken,
  report: ItemReport,
  folders: WatchFolders,
  { onMoved, onTrouble }: WatchOptions,
): Promise<void> {
  const now = await stateOf(folders.inbox, file.name);
  if (now === undefined) return; // somebody has taken it away
  if (!isSame(now, file)) {
    onTrouble?.(
      `${item.input}: has changed while it was worked on. It is taken again when it is finished.`,
    );
    return;
  }
  const isFailed = report.state === "failed";
  try {
    const to = await moveInto(
      item.path,
      isFailed ? folders.failed : folders.done,
    );
    if (isFailed) await writeReport(`${to}.error.json`, report);
    onMoved?.(item, to);
  } catch (error) {
    onTrouble?.(`${item.input}: cannot be put away (${messageOf(error)}).`);
  }
}
