import { link, rename } from "node:fs/promises";
import { errnoOf } from "../errors.js";
import { existsError } from "./errors.js";
import { exists } from "./look.js";

/**
 * Moves a file to where nothing stands. A rename would replace what somebody put
 * there in the meantime; a hard link does not. The first name goes with the
 * work folder: till then nobody else can get the file's inode. File systems
 * without links get a look and a rename.
 *
 * @throws PackError `exists` when something stands there
 */
export async function moveNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === "EEXIST" || (await exists(to)))
      throw existsError(to);
    await rename(from, to);
  }
}
