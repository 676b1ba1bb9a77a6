import type { BatchItem } from "../item.js";
import type { BatchOptions } from "../batch.js";
import { access, constants, mkdir, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { messageOf, PackError } from "../../errors.js";
import { realPlace, staysBelow } from "../../util/paths.js";

/** Options and callbacks of a watch. */
export interface WatchOptions extends Omit<
  BatchOptions,
  "failFast" | "skipExisting"
> {
  /** Films in the folders of the folder are packaged too; `done` and `failed` keep the tree. Links to folders are not followed. */
  readonly recursive?: boolean | undefined;
  /** With `recursive`: a package goes into the folder of `output` that its film has in the watch folder. */
  readonly keepFolders?: boolean | undefined;
  /** A file is finished when it has not changed for this long. Default 5. */
  readonly settleSeconds?: number | undefined;
  /** Time between two looks at the folder. Default 2. */
  readonly pollSeconds?: number | undefined;
  /**
   * First wait of a film that is not to blame for its failure; each further wait is twice
   * as long, up to 15 minutes. Default 60.
   */
  readonly retrySeconds?: number | undefined;
  /** Package the files that are there and finished, then end. */
  readonly once?: boolean | undefined;
  /** Called once, after all checks, the folder's too. */
  readonly onReady?: (() => void) | undefined;
  /** Called with the place of a file after the work on it. */
  readonly onMoved?: ((item: BatchItem, to: string) => void) | undefined;
  /** Called for trouble beside the films, such as a folder that cannot be read for a while. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface WatchFolders {
  readonly inbox: string;
  readonly done: string;
  readonly failed: string;
  /**
   * Folders in the inbox, by their paths in it, whose files are ignored: these two, and
   * the folder of the packages.
   */
  readonly notInbox: readonly string[];
}

/**
 * The watch folder and its folders `done` and `failed`, which are made when they are
 * missing.
 *
 * @throws PackError `usage` when it is no folder, or also the output; `output` when it cannot be written
 */
export async function openFolders(
  inbox: string,
  output: string,
): Promise<WatchFolders> {
  const stats = await stat(inbox).catch(() => undefined);
  if (!stats?.isDirectory()) {
    throw new PackError(
      "usage",
      `${inbox}: cannot be watched: it is not a folder.`,
      {
        hint: "Give a folder that exists; films that are put into it are packaged.",
      },
    );
  }
  await refuseAsOutput(inbox, output);
  const [done, failed] = [join(inbox, "done"), join(inbox, "failed")];
  // Checked now, not after the first film.
  for (const folder of [inbox, done, failed]) await requireWritable(folder);
  const packages = await pathBelow(inbox, output);
  const notInbox = ["done", "failed", ...(packages ? [packages] : [])];
  return { inbox, done, failed, notInbox };
}

/** The path of a folder in another; undefined when it lies elsewhere. */
async function pathBelow(
  root: string,
  folder: string,
): Promise<string | undefined> {
  const path = relative(await realpath(root), await realPlace(folder));
  return staysBelow(path) ? path : undefined;
}

/** Packages in the watch folder would be taken for films. */
async function refuseAsOutput(inbox: string, output: string): Promise<void> {
  const realOutput = await realpath(output).catch(() => undefined);
  if (realOutput !== (await realpath(inbox))) return;
  throw new PackError(
    "usage",
    `${output}: is the watch folder too. Expected another folder for the packages.`,
    { hint: "A folder in the watch folder will do." },
  );
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new PackError(
      "output",
      `${folder}: cannot be written (${messageOf(cause)}). Films are moved there.`,
      { cause },
    );
  }
}
