import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { abortedError, messageOf, PackError } from "../errors.js";
import { isPackagePath, isUrl } from "../ffmpeg/input-options.js";
import type { TaskContext } from "../ffmpeg/stall.js";
import { pathsIn, readJoined } from "../isobmff/joined-bytes.js";
import { isStoreAddress, parseAddress } from "../store/address.js";
import { openStore, type Store } from "../store/store.js";
import { requireObject } from "../store/objects.js";
import { exactIdentityOf } from "../util/file-identity.js";

/** The bytes of the source, and a check that they stay the same. */
export interface SourceContent {
  /**
   * SHA-256 of all bytes, in hex. They are read once, from the first call on.
   *
   * @throws PackError `input` when the file cannot be read, `aborted` when the signal fired
   */
  hash(): Promise<string>;
  /**
   * The hash, when the file is still the same as at the beginning.
   *
   * @throws PackError as {@link hash} does, and `input` when the file has changed
   */
  confirmedHash(): Promise<string>;
  /** Stops reading. */
  close(): void;
}

/** Larger than Node's 64 KiB: the hash is three times as fast. */
const READ_SIZE = 1024 * 1024;

/**
 * Begins to watch a source.
 *
 * @param context opens s3:// addresses and packages
 * @returns undefined for an address on a network: its bytes are not ours to read twice
 * @throws PackError `input` when it cannot be looked at
 */
export async function watchSource(
  path: string,
  signal: AbortSignal | undefined,
  { store, packages }: Pick<TaskContext, "store" | "packages"> = {},
): Promise<SourceContent | undefined> {
  if (isStoreAddress(path))
    return watchObject(path, store ?? openStore(), signal);
  if (isUrl(path)) return undefined;
  const parts = isPackagePath(path) ? await packages?.(path) : undefined;
  const paths = [path, ...(parts ? pathsIn(parts) : [])];
  const look = async () => (await Promise.all(paths.map(lookAt))).join("\n");
  const before = await look();
  const closing = new AbortController();
  const stop = signal
    ? AbortSignal.any([signal, closing.signal])
    : closing.signal;
  let reading: Promise<string> | undefined;
  const hash = () => {
    reading ??= parts
      ? hashBytes(path, readJoined(parts, 0, parts.size), stop)
      : hashFile(path, stop);
    reading.catch(() => undefined); // the error goes to the caller that waits for it
    return reading;
  };
  return {
    hash,
    async confirmedHash() {
      const contentHash = await hash();
      if ((await look()) !== before) throw changed(path);
      return contentHash;
    },
    close: () => closing.abort(),
  };
}

/**
 * An object's ETag changes with its content, so it is not read for a hash. An object with the
 * same bytes elsewhere counts as another source.
 */
async function watchObject(
  path: string,
  store: Store,
  signal: AbortSignal | undefined,
): Promise<SourceContent> {
  const address = parseAddress(path);
  const lookAtObject = async () => {
    const found = await requireObject(store, address, signal);
    const { etag, sizeBytes, version = "" } = found;
    return [path, etag, sizeBytes, version].join(" ");
  };
  const before = await lookAtObject();
  const hash = createHash("sha256").update(before).digest("hex");
  return {
    hash: () => Promise.resolve(hash),
    async confirmedHash() {
      if ((await lookAtObject()) !== before) throw changed(path);
      return hash;
    },
    close: () => undefined,
  };
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const bytes = createReadStream(path, { highWaterMark: READ_SIZE });
  return hashBytes(path, bytes, signal);
}

async function hashBytes(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(bytes, hash, { signal });
  } catch (cause) {
    throw signal?.aborted ? abortedError(signal) : unreadable(path, cause);
  }
  return hash.digest("hex");
}

/** The file's identity and its last write, as one text to compare. */
async function lookAt(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return exactIdentityOf(stats);
}

function unreadable(path: string, cause: unknown): PackError {
  const message = `${path}: cannot be read (${messageOf(cause)}).`;
  return new PackError("input", message, { cause, facts: { file: path } });
}

function changed(path: string): PackError {
  return new PackError("input", `${path}: changed while it was read.`, {
    hint: "Wait until the file is complete, and run the same command again.",
    facts: { file: path },
  });
}
