import { tmpdir } from "node:os";
import { clearDeadWork } from "../output/clean-up.js";
import { passOver, writing } from "../output/errors.js";
import { jobWithoutSource } from "../output/stamp.js";
import { closeWork, makeWork } from "../output/work.js";

/**
 * Does something with a hidden folder in the system's folder for temporary files, which is removed in the end; also
 * what a run that was killed has left there.
 *
 * @param name of the package
 */
export async function withTemporaryFolder<T>(
  name: string,
  signal: AbortSignal | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const place = tmpdir();
  const own = await writing(place, () => makeWork(place, () => false));
  try {
    await passOver(() =>
      clearDeadWork(place, own, jobWithoutSource(name), {
        ...{ resume: false, signal },
      }),
    );
    return await work(own.encoded);
  } finally {
    await closeWork(own);
  }
}
