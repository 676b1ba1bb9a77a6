import { resolve } from "node:path";
import { refuseExisting } from "../folder/refusals.js";

/**
 * A look at input and output before a new key is made: one that is made for a run that
 * fails at once is in the way of the next.
 *
 * @param files looks at the input, and tells the names of the package's files
 * @returns what rejects with a PackError as the run would
 */
export function lookAt(
  files: () => Promise<readonly string[]>,
  { out, overwrite = false }: { out?: string; overwrite?: boolean },
): () => Promise<void> {
  return async () => {
    const names = await files();
    if (out !== undefined && !overwrite)
      await refuseExisting(resolve(out), names, undefined);
  };
}
