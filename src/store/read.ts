import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { throwIfAborted } from "../errors.js";
import type { StoreAddress } from "./address.js";
import type { Store } from "./store.js";
import { storeError } from "./errors.js";
import { headObject, openObject, type OpenObject } from "./objects.js";

/** A broken connection is opened again so many times without a byte in between. */
const TRIES = 3;

/**
 * The bytes of an open object. Where the connection breaks, the rest is asked for again; the
 * store refuses that when the object is another one by now.
 *
 * @param opened its beginning must be `begin`
 * @throws PackError `input`
 */
export async function* bytesFrom(
  store: Store,
  opened: OpenObject,
  begin = 0,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { address, etag, sizeBytes } = opened;
  const end = begin + sizeBytes;
  let position = begin;
  let { body } = opened;
  for (let failures = 0; ;) {
    try {
      for await (const chunk of body) {
        failures = 0;
        position += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      return;
    } catch (cause) {
      throwIfAborted(signal);
      if (++failures > TRIES || position >= end)
        throw storeError(cause, { address, code: "input", signal });
    }
    const range = `bytes=${position}-${end - 1}`;
    ({ body } = await openObject(store, address, { range, etag, signal }));
  }
}

/**
 * @returns undefined when there is no such object
 * @throws PackError `input`
 */
export async function readText(
  store: Store,
  address: StoreAddress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if ((await headObject(store, address, signal)) === undefined)
    return undefined;
  const opened = await openObject(store, address, { signal });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesFrom(store, opened, 0, signal))
    chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * SHA-256 of all bytes of an object, in hex.
 *
 * @throws PackError `input`
 */
export async function hashObject(
  store: Store,
  address: StoreAddress,
  signal?: AbortSignal,
): Promise<string> {
  const opened = await openObject(store, address, { signal });
  const hash = createHash("sha256");
  for await (const chunk of bytesFrom(store, opened, 0, signal))
    hash.update(chunk);
  return hash.digest("hex");
}

/**
 * Copies an object to a new file. A failure leaves no file.
 *
 * @throws PackError `input`
 */
export async function downloadObject(
  store: Store,
  address: StoreAddress,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const opened = await openObject(store, address, { signal });
  try {
    const file = createWriteStream(path, { flags: "wx" });
    await pipeline(bytesFrom(store, opened, 0, signal), file, { signal });
  } catch (cause) {
    await rm(path, { force: true });
    throw storeError(cause, { address, code: "input", signal });
  }
}
