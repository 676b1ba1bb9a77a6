import { Readable } from "node:stream";
import type { StoreAddress } from "./address.js";
import { connectionOf } from "./connect.js";
import type { Store } from "./store.js";
import { isMissing, storeError, type ErrorCode } from "./errors.js";

/** An object as it stands in the store now. */
export interface StoredObject {
  readonly address: StoreAddress;
  readonly sizeBytes: number;
  /** Changes with the content. Text in quotes, as the store gives it. */
  readonly etag: string;
  /** When it was put, in milliseconds since 1970, to the second. */
  readonly modifiedMs: number;
  /** In buckets that keep versions. */
  readonly version: string | undefined;
}

/**
 * Looks at an object without reading it.
 *
 * @param code of the error: `output` when it is looked at for what is written
 * @returns undefined when there is none
 * @throws PackError
 */
export async function headObject(
  store: Store,
  address: StoreAddress,
  signal?: AbortSignal,
  code: ErrorCode = "input",
): Promise<StoredObject | undefined> {
  const { sdk, client } = await connectionOf(store);
  const command = new sdk.HeadObjectCommand(wireName(address));
  try {
    const head = await client.send(command, wireOptions(signal));
    const { ContentLength = 0, ETag = "", LastModified, VersionId } = head;
    return {
      ...{ address, sizeBytes: ContentLength, etag: ETag },
      modifiedMs: LastModified?.getTime() ?? 0,
      version: VersionId,
    };
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw storeError(cause, { address, code, signal });
  }
}

/**
 * Looks at an object that must be there.
 *
 * @throws PackError `input`
 */
export async function requireObject(
  store: Store,
  address: StoreAddress,
  signal?: AbortSignal,
): Promise<StoredObject> {
  const found = await headObject(store, address, signal);
  if (found !== undefined) return found;
  await requireBucket(store, address, signal);
  throw storeError({ name: "NoSuchKey" }, { address, code: "input", signal });
}

/** @throws PackError `input`, or the other code, when the bucket is not there or not ours to read */
export async function requireBucket(
  store: Store,
  address: StoreAddress,
  signal?: AbortSignal,
  code: ErrorCode = "input",
): Promise<void> {
  const { sdk, client } = await connectionOf(store);
  const { bucket: Bucket } = address;
  const command = new sdk.HeadBucketCommand({ Bucket });
  try {
    await client.send(command, wireOptions(signal));
  } catch (cause) {
    // The answer has no body, so the SDK does not know what is missing.
    const known = isMissing(cause) ? { name: "NoSuchBucket" } : cause;
    throw storeError(known, { address, code, signal });
  }
}

/** A part of an object, and what the whole is. */
export interface OpenObject {
  readonly address: StoreAddress;
  readonly status: number;
  /** Of this part. */
  readonly sizeBytes: number;
  /** Such as `bytes 100-199/1000`; undefined for the whole. */
  readonly range: string | undefined;
  readonly etag: string;
  readonly body: Readable;
}

export interface OpenOptions {
  /** Such as `bytes=100-`. Default: the whole. */
  readonly range?: string | undefined;
  /** Fail when the object is another one by now. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins to read an object.
 *
 * @throws PackError `input`; what its body fails with, `storeError` can read
 */
export async function openObject(
  store: Store,
  address: StoreAddress,
  { range, etag, signal }: OpenOptions = {},
): Promise<OpenObject> {
  const { sdk, client } = await connectionOf(store);
  const command = new sdk.GetObjectCommand({
    ...wireName(address),
    ...(range !== undefined && { Range: range }),
    ...(etag !== undefined && { IfMatch: etag }),
  });
  try {
    const got = await client.send(command, wireOptions(signal));
    return {
      address,
      status: got.$metadata.httpStatusCode ?? 200,
      sizeBytes: got.ContentLength ?? 0,
      range: got.ContentRange,
      etag: got.ETag ?? "",
      body: got.Body instanceof Readable ? got.Body : Readable.from([]),
    };
  } catch (cause) {
    throw storeError(cause, { address, code: "input", signal });
  }
}

/**
 * All objects whose key begins with a prefix, in the order of their keys.
 *
 * @throws PackError `input`
 */
export async function* listObjects(
  store: Store,
  prefix: StoreAddress,
  signal?: AbortSignal,
): AsyncGenerator<Pick<StoredObject, "address" | "sizeBytes" | "etag">> {
  const { sdk, client } = await connectionOf(store);
  const { bucket } = prefix;
  let token: string | undefined;
  do {
    const command = new sdk.ListObjectsV2Command({
      ...{ Bucket: bucket, Prefix: prefix.key },
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const page = await client
      .send(command, wireOptions(signal))
      .catch((cause: unknown) => {
        throw storeError(cause, { address: prefix, code: "input", signal });
      });
    for (const {
      Key: key,
      Size: sizeBytes = 0,
      ETag: etag = "",
    } of page.Contents ?? [])
      if (key !== undefined)
        yield { address: { bucket, key }, sizeBytes, etag };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/**
 * Removes an object; one that is not there counts as removed.
 *
 * @throws PackError `output`
 */
export async function removeObject(
  store: Store,
  address: StoreAddress,
  signal?: AbortSignal,
): Promise<void> {
  const { sdk, client } = await connectionOf(store);
  const command = new sdk.DeleteObjectCommand(wireName(address));
  try {
    await client.send(command, wireOptions(signal));
  } catch (cause) {
    if (isMissing(cause)) return;
    throw storeError(cause, { address, code: "output", signal });
  }
}

export function wireName({ bucket, key }: StoreAddress) {
  return { Bucket: bucket, Key: key };
}

export function wireOptions(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal };
}
