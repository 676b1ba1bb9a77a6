import { PackError, errnoOf, outputError } from "../errors.js";

/**
 * A file already has the name of a file of the package.
 *
 * @param why how the existing package differs, when it was compared
 */
export function existsError(path: string, why?: string): PackError {
  const reason = why === undefined ? "" : ` It ${why}.`;
  return new PackError("exists", `${path}: exists already.${reason}`, {
    hint: "Give --overwrite to replace it, or another -o FOLDER.",
    facts: { file: path, ...(why !== undefined && { difference: why }) },
  });
}

/** Runs work on the output folder; a failure becomes an `output` error. */
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
 * Clears the remains of another run. Files that the system does not let us clear, files
 * that are gone and files that cannot be put back must not stop a run that needs none of
 * them.
 *
 * @returns undefined when the failure was passed over
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
