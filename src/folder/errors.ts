import { PackError } from "../errors.js";
import { outputError } from "../output-error.js";

/**
 * Something stands where a file of the package should go.
 *
 * @param why in what the package that stands there differs, when that was asked
 */
export function existsError(path: string, why?: string): PackError {
  const reason = why === undefined ? "" : ` It ${why}.`;
  return new PackError("exists", `${path}: exists already.${reason}`, {
    hint: "Give --overwrite to replace it, or another --name.",
    facts: { file: path, ...(why !== undefined && { difference: why }) },
  });
}

/** Runs work on the output folder; what fails is an `output` error. */
export async function writing<T>(
  target: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw outputError(target, cause);
  }
}
