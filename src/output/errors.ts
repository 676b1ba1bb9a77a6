import { PackError, errnoOf, outputError } from "../errors.js";

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

/**
 * Clears what another run has left. What the system does not let us clear, what
 * is gone meanwhile and what cannot be put back must not stop a run that needs
 * none of it.
 *
 * @returns undefined when it was passed over
 */
export async function passOver<T>(
  clear: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await clear();
  } catch (error) {
    const isExists = error instanceof PackError && error.code === "exists";
    const isDenied = DENIED.includes(errnoOf(error) ?? "");
    if (!isExists && !isDenied) throw error;
    return undefined;
  }
}

const DENIED = ["EACCES", "EPERM", "ENOENT"];
