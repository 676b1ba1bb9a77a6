import { messageOf, PackError } from "../errors.js";

/** Something stands where a file of the package should go. */
export function existsError(path: string): PackError {
  return new PackError("exists", `${path}: exists already.`, {
    hint: "Give --overwrite to replace it, or another --name.",
    facts: { file: path },
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
    throw new PackError(
      "output",
      `${target}: cannot be written (${messageOf(cause)}).`,
      { cause },
    );
  }
}
