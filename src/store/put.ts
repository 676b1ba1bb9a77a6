import { open, readFile, stat, type FileHandle } from "node:fs/promises";
import { throwIfAborted, withHint } from "../errors.js";
import { Lanes, allOrStop } from "../util/lanes.js";
import type { StoreAddress } from "./address.js";
import { connectionOf } from "./connect.js";
import type { Store } from "./store.js";
import { storeError, type Doing } from "./errors.js";
import { wireName, wireOptions } from "./objects.js";

export interface PutOptions {
  /** Default: the store's, which is bytes of no kind. */
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a small object. It appears at once, with all its bytes.
 *
 * @throws PackError `output`
 */
export async function putBytes(
  store: Store,
  address: StoreAddress,
  bytes: Uint8Array | string,
  options: PutOptions = {},
): Promise<void> {
  const { signal } = options;
  const { sdk, client } = await connectionOf(store);
  const command = new sdk.PutObjectCommand({
    ...named(address, options),
    Body: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
  });
  try {
    await client.send(command, wireOptions(signal));
  } catch (cause) {
    throw storeError(cause, { address, code: "output", signal });
  }
}

/**
 * Writes a file as an object, in parts where it is large. The object appears at once, when all
 * its bytes are there. When this throws, no part is left, and what stood there before stands.
 *
 * @throws PackError `output`, `aborted`
 */
export async function putFile(
  store: Store,
  address: StoreAddress,
  path: string,
  options: PutOptions = {},
): Promise<void> {
  const { size } = await stat(path);
  const partBytes = store.settings.partBytes ?? partBytesOf(size);
  if (size <= partBytes)
    return putBytes(store, address, await readFile(path), options);
  const file = await open(path);
  try {
    const parts = partsOf(size, partBytes);
    await putParts(store, address, { file, parts }, options);
  } finally {
    await file.close();
  }
}

const MIB = 1024 * 1024;
/** Stores take parts of 5 MiB to 5 GiB, and 10,000 of them. */
const MOST_PARTS = 10_000;

function partBytesOf(size: number): number {
  return Math.max(8, Math.ceil(size / MOST_PARTS / MIB)) * MIB;
}

interface Part {
  /** From 1 on. */
  readonly number: number;
  readonly begin: number;
  readonly bytes: number;
}

function partsOf(size: number, partBytes: number): Part[] {
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, i) => {
    const begin = i * partBytes;
    const bytes = Math.min(partBytes, size - begin);
    return { number: i + 1, begin, bytes };
  });
}

interface Parts {
  readonly file: FileHandle;
  readonly parts: readonly Part[];
}

/** Parts that are on their way at the same time, each with its bytes in memory. */
const PARTS_AT_A_TIME = 4;

/**
 * Not by `Upload` of lib-storage: when its signal fires, it is done before it has told the store
 * to forget the parts, and parts on their way go on.
 */
async function putParts(
  store: Store,
  address: StoreAddress,
  { file, parts }: Parts,
  options: PutOptions,
): Promise<void> {
  const { signal } = options;
  const doing: Doing = { address, code: "output", signal };
  const { sdk, client } = await connectionOf(store);
  const begin = new sdk.CreateMultipartUploadCommand(named(address, options));
  const { UploadId } = await client
    // Not with the signal: nobody would know which upload to end.
    .send(begin)
    .catch((cause: unknown) => {
      throw storeError(cause, doing);
    });
  const upload = { ...wireName(address), UploadId };
  try {
    const sent = await sendParts(store, upload, { file, parts }, signal);
    throwIfAborted(signal);
    const command = new sdk.CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts: sent },
    });
    await client.send(command);
  } catch (cause) {
    const failure = storeError(cause, doing);
    const abort = new sdk.AbortMultipartUploadCommand(upload);
    throw await client.send(abort).then(
      () => failure,
      () => withHint(failure, PARTS_LEFT),
    );
  }
}

const PARTS_LEFT =
  "Parts may be left in the store, which does not answer. A rule of the bucket for incomplete uploads removes them.";

interface OpenUpload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

/** When this throws, nothing is on its way any more. */
async function sendParts(
  store: Store,
  upload: OpenUpload,
  { file, parts }: Parts,
  signal = new AbortController().signal,
): Promise<SentPart[]> {
  const { sdk, client } = await connectionOf(store);
  const lanes = new Lanes(PARTS_AT_A_TIME);
  const sent: SentPart[] = [];
  const send = async ({ number, begin, bytes }: Part, stop: AbortSignal) => {
    throwIfAborted(stop);
    const Body = Buffer.alloc(bytes);
    await readWhole(file, Body, begin);
    const part = { ...upload, PartNumber: number, Body };
    const command = new sdk.UploadPartCommand(part);
    const { ETag } = await client.send(command, { abortSignal: stop });
    sent[number - 1] = { PartNumber: number, ETag };
  };
  await allOrStop(parts, signal, (part, stop) =>
    lanes.run(() => send(part, stop)),
  );
  return sent;
}

async function readWhole(
  file: FileHandle,
  bytes: Buffer,
  begin: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, undefined, begin + done);
    if (bytesRead === 0) throw new Error("the file became shorter");
    done += bytesRead;
  }
}

function named(address: StoreAddress, { contentType }: PutOptions) {
  return {
    ...wireName(address),
    ...(contentType !== undefined && { ContentType: contentType }),
  };
}
