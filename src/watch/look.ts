import { messageOf, PackError } from "../errors.js";
import { candidates } from "./candidates.js";
import type { WatchFolders } from "./folders.js";
import type { FileState } from "./settled.js";
import type { WatchOptions } from "./options.js";

/**
 * Looks into a folder that may be away for a while, as network disks are: that is
 * told once, and the folder taken for empty. With `once` there is no later.
 *
 * @throws PackError `input` with `once`, when the folder cannot be read
 */
export function lookInto(
  folders: WatchFolders,
  { once, onTrouble }: WatchOptions,
): () => Promise<readonly FileState[]> {
  const folder = folders.inbox;
  let isAway = false;
  return async () => {
    try {
      const files = await candidates(folders);
      if (isAway) onTrouble?.(`${folder}: can be read again.`);
      isAway = false;
      return files;
    } catch (cause) {
      const message = `${folder}: cannot be read (${messageOf(cause)}).`;
      if (once) throw new PackError("input", message, { cause });
      if (!isAway) onTrouble?.(message);
      isAway = true;
      return [];
    }
  };
}
