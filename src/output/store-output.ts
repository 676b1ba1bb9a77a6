import { tmpdir } from "node:os";
import { PackError, throwIfAborted, withHint } from "../errors.js";
import { parseFolder } from "../store/address.js";
import { clearDeadWork } from "./clean-up.js";
import { passOver, writing } from "./errors.js";
import type { OutputFolder, OutputTarget } from "./output-target.js";
import { putPackage } from "./put-package.js";
import { requireRoom } from "./refusals.js";
import { refuseInStore } from "./refuse-in-store.js";
import { closeWork, makeWork } from "./work.js";

/**
 * Has a package written into a folder of the system for temporary files, and puts it into a
 * store when the work resolves. The folder is removed in the end.
 *
 * @returns the result of `work`
 * @throws PackError as `withOutput` does
 */
export async function withStoreOutput<T>(
  target: OutputTarget,
  work: (out: OutputFolder) => Promise<T>,
): Promise<T> {
  const { folder, files, job, signal, store, onUpload } = target;
  throwIfAborted(signal);
  await refuseInStore(target);
  const place = tmpdir();
  const own = await writing(place, () => makeWork(place, () => false));
  try {
    await passOver(() =>
      clearDeadWork(place, own, job, { resume: false, signal }),
    );
    await requireTemporaryRoom(own.path, target.neededBytes);
    const stop = AbortSignal.any([...(signal ? [signal] : []), own.lost]);
    const result = await work({
      ...{ work: own.path, encoded: own.encoded, target: folder },
      ...{ signal: stop, notes: [] },
      async once(_, step) {
        await step();
      },
    });
    const unprepare = await target.prepare?.();
    await putPackage({
      ...{ work: own.path, store, folder: parseFolder(folder), files },
      ...{ signal: stop, onProgress: onUpload },
    }).catch(async (error: unknown) => {
      await unprepare?.();
      throw error;
    });
    return result;
  } finally {
    await closeWork(own);
  }
}

async function requireTemporaryRoom(
  path: string,
  neededBytes: number,
): Promise<void> {
  try {
    await requireRoom(path, neededBytes);
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    throw withHint(
      error,
      "A package for a store is made on a disk first: TMPDIR names a larger one.",
    );
  }
}
