import { dirname, join } from "node:path";
import { messageOf, PackError, errnoOf } from "../../errors.js";
import { wasKilled } from "../../ffmpeg/killed.js";
import { captionsTakenFor } from "../../pipeline/captions.js";
import { makeFolders, writeReport } from "../../util/files.js";
import { sameNameError } from "../batch.js";
import {
  makeItem,
  type BatchItem,
  type EndedItem,
  type ItemReport,
} from "../item.js";
import { packItem, refuseItem } from "../pack-item.js";
import { stateOf } from "./candidates.js";
import { type WatchFolders, type WatchOptions, moveInto } from "./folders.js";
import { type TakenFile, isSameState } from "./queue.js";

/** The result for a file. */
export interface HandledFile {
  readonly report: ItemReport;
  /** It stays in the watch folder, and is tried again after this time. */
  readonly retryMs: number | undefined;
}

/**
 * Packages one file and puts it away. If a killed run has already published the package,
 * it is found and skipped.
 */
export async function handleFile(
  item: BatchItem,
  taken: TakenFile,
  folders: WatchFolders,
  options: WatchOptions,
): Promise<HandledFile> {
  const ended = await packOrRefuse(item, taken, folders, options);
  const { report } = ended;
  const retryMs = retryOf(item, taken, ended, options);
  if (report.state !== "stopped" && retryMs === undefined)
    await putAway(item, taken, report, folders, options);
  return { report, retryMs };
}

/**
 * The time until a film that may not be to blame is tried again. When this run ends
 * before, the next run tries it.
 */
function retryOf(
  { input }: BatchItem,
  taken: TakenFile,
  { report, error }: EndedItem,
  { retrySeconds = 60, once, onWarning }: WatchOptions,
): number | undefined {
  if (report.state !== "failed") return undefined;
  const most = mostTries(error);
  const tries = taken.tries + 1;
  if (tries >= most) {
    if (most > 1) onWarning?.(`${input}: is given up after ${tries} tries.`);
    return undefined;
  }
  const next = `${tries + 1}${most === Infinity ? "" : ` of ${most}`}`;
  const retryMs = once ? Infinity : pauseMs(tries, retrySeconds * 1000);
  const when = once
    ? "the next run tries it again"
    : `try ${next} in ${retryMs / 1000} s`;
  onWarning?.(`${input}: may not be to blame and stays; ${when}.`);
  return retryMs;
}

async function packOrRefuse(
  item: BatchItem,
  { rival }: TakenFile,
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
  { file }: TakenFile,
  report: ItemReport,
  folders: WatchFolders,
  options: WatchOptions,
): Promise<void> {
  const { onMoved, onWarning } = options;
  const now = await stateOf(folders.inbox, file.name);
  if (now === undefined) return; // another program or user has taken it away
  if (!isSameState(now, file)) {
    onWarning?.(
      `${item.input}: has changed while it was worked on. It is taken again when it is finished.`,
    );
    return;
  }
  const isFailed = report.state === "failed";
  try {
    const folder = isFailed ? folders.failed : folders.done;
    const place = join(folder, dirname(file.name));
    await makeFolders(place);
    const captions = await captionsTakenFor(item.path, options);
    const to = await moveInto(item.path, place);
    // The captions move after the film: captions left without it stay where they are
    // and are not taken for films.
    for (const file of captions) await moveInto(file, place);
    if (isFailed) await writeReport(`${to}.error.json`, report);
    onMoved?.(item, to);
  } catch (error) {
    onWarning?.(`${item.input}: cannot be put away (${messageOf(error)}).`);
  }
}

/** The film or other work on the machine may have used up the memory. */
const TRIES_WHEN_KILLED = 5;

/**
 * Error codes of the system that no waiting helps: the film is too large, or its name too
 * long.
 */
const OF_THE_FILM: ReadonlySet<unknown> = new Set(["EFBIG", "ENAMETOOLONG"]);

/** Error codes of the system for a temporary lack of the machine, during any work. */
const OF_THE_MACHINE: ReadonlySet<unknown> = new Set([
  ...["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "ESTALE"],
]);

/**
 * How often a film may be tried, by its error: once for a fault of the film, without
 * limit for a fault of the disk or the machine. A full disk must not send all films of a
 * night to `failed`.
 */
export function mostTries(error: unknown): number {
  if (!(error instanceof PackError)) return 1;
  const errno = error.facts["errno"] ?? errnoOf(error.cause);
  if (OF_THE_FILM.has(errno)) return 1;
  if (OF_THE_MACHINE.has(errno)) return Infinity;
  if (wasKilled(error)) return TRIES_WHEN_KILLED;
  return error.code === "output" || error.code === "tool" ? Infinity : 1;
}

/** The pause of a film after this many tries: twice as long each time. */
export function pauseMs(tries: number, firstMs: number): number {
  return Math.min(firstMs * 2 ** (tries - 1), LONGEST_PAUSE_MS);
}

/** A user who makes room on a disk should soon see the effect. */
const LONGEST_PAUSE_MS = 15 * 60_000;
