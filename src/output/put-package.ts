import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { PackError, throwIfAborted, withHint } from "../errors.js";
import { addressText, inFolder, type StoreAddress } from "../store/address.js";
import type { Store } from "../store/store.js";
import { removeObject } from "../store/objects.js";
import { putBytes, putFile } from "../store/put.js";
import { hashObject, readText } from "../store/read.js";
import { contentTypeOf } from "./content-types.js";
import { filesNamedIn } from "./named-files.js";
import { sizesOf } from "./refuse-in-store.js";

/** A finished package on a disk, and its place in a store. */
export interface PackageToPut {
  /** Where its files lie now. */
  readonly work: string;
  readonly store: Store;
  readonly folder: StoreAddress;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  readonly signal: AbortSignal;
  /** Called with the done share, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** What a failure has to take back. */
interface Done {
  /** Names that were free before. */
  readonly fresh: string[];
  /** Names that had another object before. */
  readonly replaced: string[];
  /** The old .ism, when it was removed. */
  removed: string | undefined;
}

/**
 * Puts a package into a store. Each file is read back and compared. The .ism comes last; a
 * replaced package loses its own before the first of its files is replaced, so there is never an
 * .ism over files that are not its own.
 *
 * @throws PackError `output`, `input` when something cannot be read back, `aborted`; what was put
 * is then removed
 */
export async function putPackage(made: PackageToPut): Promise<void> {
  const { store, folder, files, signal } = made;
  const manifest = files.at(-1) ?? "";
  const old = await readText(store, inFolder(folder, manifest), signal);
  const taken = await sizesOf(store, folder, files.slice(0, -1), signal);
  const isTaken = (file: string) => taken.has(file);
  const media = files.slice(0, -1);
  const done: Done = { fresh: [], replaced: [], removed: undefined };
  const put = await putter(made);
  try {
    for (const file of media.filter((name) => !isTaken(name))) {
      done.fresh.push(file);
      await put(file);
    }
    if (old !== undefined) {
      await removeObject(store, inFolder(folder, manifest), signal);
      done.removed = old;
    }
    for (const file of media.filter(isTaken))
      await put(file, () => done.replaced.push(file));
    done.fresh.push(manifest);
    await put(manifest);
  } catch (error) {
    throw await takenBack(made, done, error);
  }
  if (old !== undefined) await removeOthers(made, old);
}

type Put = (file: string, onPut?: () => void) => Promise<void>;

/** Puts one file after the other, and tells how much of all is done. */
async function putter(made: PackageToPut): Promise<Put> {
  const { work, store, folder, files, signal, onProgress } = made;
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(work, file))).size),
  );
  // Once up, once back.
  const all = 2 * sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  const step = (file: string) => {
    done += sizes[files.indexOf(file)] ?? 0;
    onProgress?.(Math.min(1, done / all));
  };
  return async (file, onPut) => {
    throwIfAborted(signal);
    const [path, address] = [join(work, file), inFolder(folder, file)];
    const contentType = contentTypeOf(file);
    await putFile(store, address, path, { contentType, signal });
    onPut?.();
    step(file);
    const found = await hashObject(store, address, signal);
    const expected = await hashOf(path, signal);
    if (found !== expected) throw notTheSame(address, found, expected);
    step(file);
  };
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest("hex");
}

function notTheSame(
  address: StoreAddress,
  found: string,
  expected: string,
): PackError {
  const file = addressText(address);
  return new PackError(
    "output",
    `${file}: reads back other bytes than were written (SHA-256 ${found}, expected ${expected}).`,
    { facts: { file, found, expected } },
  );
}

/**
 * Removes what was put. The old package gets its .ism back when all its files are as they were.
 *
 * @returns the error to throw
 */
async function takenBack(
  { store, folder, files }: PackageToPut,
  { fresh, replaced, removed }: Done,
  error: unknown,
): Promise<unknown> {
  try {
    // Not with the signal: it has fired, or may fire again.
    for (const file of fresh.reverse())
      await removeObject(store, inFolder(folder, file));
    if (removed === undefined) return hinted(error, NOTHING_LEFT);
    if (replaced.length > 0) return hinted(error, OLD_IS_BROKEN);
    const manifest = files.at(-1) ?? "";
    const contentType = contentTypeOf(manifest);
    await putBytes(store, inFolder(folder, manifest), removed, { contentType });
    return hinted(error, NOTHING_LEFT);
  } catch {
    const names = [...fresh, ...replaced].join(", ");
    return hinted(error, `The store may still have some of: ${names}.`);
  }
}

const NOTHING_LEFT =
  "Nothing was published, and nothing is left in the store; run the same command again.";

const OLD_IS_BROKEN =
  "Files of the package that stood there were replaced already, so its .ism was removed; run the same command again.";

function hinted(error: unknown, sentence: string): unknown {
  return error instanceof PackError ? withHint(error, sentence) : error;
}

/** Rungs of the replaced package that the new one lacks, by their names. */
async function removeOthers(
  { store, folder, files }: PackageToPut,
  old: string,
): Promise<void> {
  const name = (files.at(-1) ?? "").replace(/\.(ism|mpd)$/, "");
  const others = filesNamedIn(Buffer.from(old)).filter(
    (file) =>
      !files.includes(file) &&
      /^[_.]/.test(file.slice(name.length)) &&
      file.startsWith(name),
  );
  for (const file of others)
    // The new package is whole; what is left over harms nobody.
    await removeObject(store, inFolder(folder, file)).catch(() => undefined);
}
