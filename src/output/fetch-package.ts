import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { basename } from "node:path/posix";
import {
  addressText,
  inFolder,
  parseAddress,
  parseFolder,
} from "../store/address.js";
import type { Store } from "../store/store.js";
import { requireObject } from "../store/objects.js";
import { downloadObject, readText } from "../store/read.js";
import { writing } from "./errors.js";
import { filesNamedIn } from "./named-files.js";
import { sizesOf } from "./refuse-in-store.js";
import { requireRoom } from "./refusals.js";
import { closeWork, makeWork } from "./work.js";

/**
 * Copies a package of a store into a folder of the system for temporary files, for as long as
 * the work takes. A file that its .ism names and that is not there is missing in the copy too.
 *
 * @param ism address of its .ism
 * @param work gets the path of the copied .ism
 * @throws PackError `input`, `output`, `aborted` and the errors of `work`
 */
export async function withFetched<T>(
  store: Store,
  ism: string,
  signal: AbortSignal | undefined,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const address = parseAddress(ism);
  await requireObject(store, address, signal);
  const manifest = (await readText(store, address, signal)) ?? "";
  const name = basename(address.key);
  const above = address.key.slice(0, -name.length);
  const folder = parseFolder(addressText({ ...address, key: above }));
  const files = filesNamedIn(Buffer.from(manifest));
  const sizes = await sizesOf(store, folder, files, signal);
  const place = tmpdir();
  const own = await writing(place, () => makeWork(place, () => false));
  try {
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    await requireRoom(own.path, bytes);
    for (const file of sizes.keys()) {
      const path = join(own.path, file);
      await downloadObject(store, inFolder(folder, file), path, signal);
    }
    const path = join(own.path, name);
    await writing(path, () => writeFile(path, manifest));
    return await work(path);
  } finally {
    await closeWork(own);
  }
}
