import {
  makeItem,
  type BatchItem,
  type EndedItem,
  type ItemReport,
} from "../batch-item.js";
import { sameNameError } from "../batch-names.js";
import { messageOf } from "../errors.js";
import { packItem, refuseItem } from "../pack-item.js";
import { writeReport } from "../report-file.js";
import { join } from "node:path";
import { stateOf } from "./candidates.js";
import type { WatchFolders } from "./folders.js";
import { moveInto } from "./move.js";
import type { Taken } from "./queue.js";
import { isSame } from "./settled.js";
import type { WatchOptions } from "./options.js";

/** What became of a file, and of its place. */
export interface Handled {
  readonly report: ItemReport;
  /** It stays in the watch folder, for the fault is not its own: try again later. */
  readonly isForLater: boolean;
}

/** Packages one file and puts it away. A package that a killed run has published is found again and skipped. */
export async function handleFile(
  item: BatchItem,
  taken: Taken,
  folders: WatchFolders,
  options: WatchOptions,
): Promise<Handled> {
  const { report } = await packOrRefuse(item, taken, folders, options);
  const isForLater = isNotItsFault(report);
  if (report.state !== "stopped" && !isForLater)
    await putAway(item, taken, report, folders, options);
  return { report, isForLater };
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

/** A full disk at night must not send all films of the night to `failed`. */
function isNotItsFault(report: ItemReport): boolean {
  return (
    report.state === "failed" &&
    (report.code === "output" || report.code === "tool")
  );
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
