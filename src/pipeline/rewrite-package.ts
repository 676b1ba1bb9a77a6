import { open, readFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { mapFile } from "../drm/finished/map-file.js";
import { rewriteFile, type FileRewrite } from "../drm/finished/rewrite-file.js";
import type { ProtectionRequest } from "../drm/index.js";
import { readAt } from "../isobmff/scan.js";
import { PackError, readingError, throwIfAborted, errnoOf } from "../errors.js";
import { writing } from "../output/errors.js";
import { withOutput } from "../output/output-folder.js";
import { jobWithoutSource } from "../output/stamp.js";
import { bytesOf, writeNew } from "../util/files.js";
import { AS_TAKEN, finishPackage } from "./finish-package.js";
import { filesOfPackage, type FinishedPackage } from "./finished-package.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { resolveTarget, toolsToDecode, type Target } from "./target.js";
import {
  clearPictureNotes,
  protectionNotes,
  type ProtectedFile,
} from "./protected-package.js";

/** A package that differs from another one only in its protection. */
export interface RewrittenPackage {
  readonly finished: FinishedPackage;
  /** The text of its client manifest. */
  readonly client: string;
  readonly protection: ProtectionRequest | undefined;
  /** Writes its media, and returns their protection. */
  readonly write: (options: WriteOptions) => Promise<readonly ProtectedFile[]>;
}

/**
 * Brings a rewritten package to its place: media by `write`, and the manifests as found,
 * with only the protection in the client manifest changed.
 *
 * @throws PackError the errors of withOutput and of `write`
 */
export async function rewritePackage(
  { finished, client, protection, write }: RewrittenPackage,
  options: FinishedOptions,
): Promise<Delivered> {
  const tools = await toolsToDecode(options);
  const target = await resolveTarget({ ...options, protection }, tools);
  const { name, folder } = finished;
  const files = filesOfPackage(finished);
  const bytes = Math.max(
    1,
    await bytesOf(finished.media.map(({ path }) => path)),
  );
  const place = {
    ...target,
    ...{ files, job: jobWithoutSource(name), difference: undefined },
    sources: files.map((file) => join(folder, file)),
    neededBytes: bytes,
    isSecret: protection !== undefined,
    prepare: protection?.keepKey,
  };
  return withOutput(place, async (out) => {
    const tracks = await write({
      ...{ folder: out.work, signal: out.signal },
      fsync: options.fsync ?? true,
      onWritten: progressOf(bytes, target),
    });
    await copySidecars(finished, out.work);
    await writeFoundManifests(finished, client, out.work);
    const ism = join(out.work, files.at(-1) ?? "");
    await writeOthersOf(finished, { ism }, out.work);
    const notes = protection
      ? [...protectionNotes(tracks), ...clearPictureNotes(finished.sidecars)]
      : [];
    const written = { name, files, tracks, lost: [], notes };
    const isForeign = true;
    const madePackage = { ...written, isForeign, decodeHint: AS_TAKEN };
    return finishPackage(madePackage, out, target);
  });
}

/** The manifests of DASH and HLS of a package whose media or streams have changed, as far as it has some. */
export async function writeOthersOf(
  { otherManifests }: FinishedPackage,
  changed: {
    readonly ism: string;
    readonly folderOf?: (file: string) => string;
  },
  folder: string,
): Promise<void> {
  if (otherManifests.length === 0) return;
  const { rewriteOtherManifests } = await import("./adaptive-formats.js");
  await rewriteOtherManifests(otherManifests, changed, folder);
}

/** Reports the written share of all bytes after each write. */
function progressOf(bytes: number, { onProgress }: Target) {
  let written = 0;
  return (count: number) => {
    const fraction = Math.min(1, (written += count) / bytes);
    onProgress?.({ step: "mux", label: "package", fraction });
  };
}

async function copySidecars(
  { sidecars, folder: from }: FinishedPackage,
  folder: string,
): Promise<void> {
  for (const file of sidecars) {
    const path = join(folder, file);
    const content = await readable(file, () => readFile(join(from, file)));
    await writing(path, () => writeNew(path, content));
  }
}

async function writeFoundManifests(
  finished: FinishedPackage,
  client: string,
  folder: string,
): Promise<void> {
  const put = (file: string, content: Uint8Array) => {
    const path = join(folder, file);
    return writing(path, () => writeNew(path, content));
  };
  await put(finished.client.file, finished.client.encode(client));
  await put(filesOfPackage(finished).at(-1) ?? "", finished.server);
}

export interface WriteOptions {
  readonly folder: string;
  readonly fsync: boolean;
  readonly signal: AbortSignal | undefined;
  /** Called with the number of bytes written. */
  readonly onWritten: (bytes: number) => void;
}

/**
 * Writes a file of a package anew, part by part.
 *
 * @param rewrite undefined: the file is copied
 * @throws PackError `input` for a file that is damaged, `output` when the disk refuses, `aborted`
 */
export async function writeAnew(
  source: { readonly file: string; readonly path: string },
  rewrite: FileRewrite | undefined,
  { folder, fsync, signal, onWritten }: WriteOptions,
): Promise<void> {
  const path = join(folder, source.file);
  const input = await readable(source.path, () => open(source.path, "r"));
  try {
    const output = await writing(path, () => open(path, "wx"));
    try {
      const parts = rewrite
        ? rewriteFile(
            input,
            await readable(source.path, () => mapFile(input)),
            rewrite,
          )
        : piecesOf(input);
      for (;;) {
        throwIfAborted(signal);
        const { done, value } = await readable(source.path, () => parts.next());
        if (done) break;
        await writing(path, () => output.writeFile(value));
        onWritten(value.length);
      }
      if (fsync) await writing(path, () => output.sync());
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
}

/** Memory holds so much of a file that is copied. */
const PIECE = 1024 * 1024;

async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array, void> {
  const { size } = await file.stat();
  for (let at = 0; at < size; at += PIECE)
    yield readAt(file, at, Math.min(PIECE, size - at));
}

/** Adds the file's name to an error of reading. */
export async function readable<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    const what = errnoOf(cause) === undefined ? "" : "cannot be read: ";
    throw new PackError("input", `${path}: ${what}${readingError(cause)}.`, {
      cause,
      facts: { file: path },
    });
  }
}
