import { inFolder, parseFolder } from "../store/address.js";
import { readText } from "../store/read.js";
import { differenceOf, notComplete } from "./existing-package.js";
import { filesNamedIn } from "./named-files.js";
import { sizesOf, type StoredPlace } from "./refuse-in-store.js";
import { stampIn, type Job, type Stamp } from "./stamp.js";

/** A finished package of the same job, or how another one differs. */
export type StoredPackage =
  | { readonly stamp: Stamp; readonly sizes: ReadonlyMap<string, number> }
  | { readonly stamp?: undefined; readonly difference: string | undefined };

/**
 * Looks for the finished package of a job in a store: all its files are there, and the stamp of
 * its .ism is right. Its media is not read again: its .ism came when they were read back.
 *
 * @throws PackError `input`
 */
export async function lookAtStored(
  { folder: word, files, store, signal }: StoredPlace,
  job: Job,
): Promise<StoredPackage> {
  const folder = parseFolder(word);
  const manifest = files.at(-1) ?? "";
  const text = await readText(store, inFolder(folder, manifest), signal);
  if (text === undefined) {
    const remains = await sizesOf(store, folder, files, signal);
    return {
      difference: remains.size === 0 ? undefined : notComplete(manifest),
    };
  }
  const own = filesNamedIn(Buffer.from(text));
  const sizes = await sizesOf(store, folder, [...own, manifest], signal);
  const missing = own.find((file) => !sizes.has(file));
  if (missing !== undefined) return { difference: notComplete(missing) };
  const stamp = stampIn(text);
  if (stamp === undefined)
    return { difference: "does not say what it was made of" };
  const difference = await differenceOf(stamp, job, { own, files });
  return difference === undefined ? { stamp, sizes } : { difference };
}
