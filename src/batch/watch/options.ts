import type { BatchItem } from "../item.js";
import type { BatchOptions } from "../batch.js";

export interface WatchOptions extends Omit<
  BatchOptions,
  "failFast" | "skipExisting"
> {
  /** Films in the folders of the folder are packaged too; `done` and `failed` keep the tree. Links to folders are not followed. */
  readonly recursive?: boolean | undefined;
  /** With `recursive`: a package goes into the folder of `output` that its film has in the watch folder. */
  readonly keepFolders?: boolean | undefined;
  /** A file that has not changed for so long is finished. Default 5. */
  readonly settleSeconds?: number | undefined;
  /** How often the folder is looked at. Default 2. */
  readonly pollSeconds?: number | undefined;
  /** How long a film waits that is not to blame for its failure; then twice as long each time, up to 15 minutes. Default 60. */
  readonly retrySeconds?: number | undefined;
  /** Package what is there and finished, then end. */
  readonly once?: boolean | undefined;
  /** Told once, when all that would refuse has been looked at, the folder too. */
  readonly onReady?: (() => void) | undefined;
  /** Told where a file stands after the work on it. */
  readonly onMoved?: ((item: BatchItem, to: string) => void) | undefined;
  /** Told of what is wrong beside the films, such as a folder that cannot be read for a while. */
  readonly onWarning?: ((message: string) => void) | undefined;
}
