import { PackError } from "../errors.js";
import {
  inFolder,
  parseFolder,
  placeIn,
  type StoreAddress,
} from "../store/address.js";
import type { Store } from "../store/store.js";
import { headObject, requireBucket } from "../store/objects.js";
import { existsError } from "./errors.js";

/** A package in a store. */
export interface StoredPlace {
  /** An address with s3://. */
  readonly folder: string;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  readonly sources: readonly string[];
  readonly overwrite: boolean;
  readonly difference: string | undefined;
  readonly store: Store;
  readonly signal?: AbortSignal | undefined;
}

/** @throws PackError `usage`, `exists`, `output` when the bucket is not there */
export async function refuseInStore(place: StoredPlace): Promise<void> {
  const { folder, files, sources, overwrite, difference, signal } = place;
  const source = sources.find((path) =>
    files.some((file) => placeIn(folder, file) === path),
  );
  if (source !== undefined)
    throw new PackError(
      "usage",
      `${source}: is the input and would be replaced by the package.`,
      { hint: "Give another -o FOLDER." },
    );
  const address = parseFolder(folder);
  await requireBucket(place.store, address, signal, "output");
  if (overwrite) return;
  const standing = await sizesOf(place.store, address, files, signal);
  const [taken] = [...standing.keys()].reverse();
  if (taken !== undefined)
    throw existsError(placeIn(folder, taken), difference);
}

/** The files that are there, with their sizes, in the order of the names. */
export async function sizesOf(
  store: Store,
  folder: StoreAddress,
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const heads = files.map(async (file) => {
    const address = inFolder(folder, file);
    const head = await headObject(store, address, signal, "output");
    return head === undefined ? [] : [[file, head.sizeBytes] as const];
  });
  return new Map((await Promise.all(heads)).flat());
}
