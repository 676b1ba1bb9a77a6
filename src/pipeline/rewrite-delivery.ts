import { stat, open } from "node:fs/promises";
import { join } from "node:path";
import {
  mapFile,
  rewriteFile,
  type Rewrite,
} from "../drm/finished/rewrite-file.js";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError, readingFault, throwIfAborted, errnoOf } from "../errors.js";
import type { ToolPaths } from "../ffmpeg/find.js";
import { writeNew } from "../util/files.js";
import { writing } from "../output/errors.js";
import { type Delivery, finishedMedia } from "./deliver.js";
import { filesOfPackage, type FinishedPackage } from "./finished-package.js";
import type { DeliverOptions } from "./options.js";
import { protectionNotes, type ProtectedFile } from "./protected-package.js";

/** How a package that is made of another one is brought to its place. */
export interface ReprotectOptions
  extends
    Omit<DeliverOptions, "resume" | "skipExisting" | "format">,
    ToolPaths {
  /** Wait until all is on the disk. Default true. */
  readonly fsync?: boolean | undefined;
}

/**
 * The delivery of a package that differs from another one in its protection alone.
 *
 * @param client the text of its client manifest
 * @param write writes its media, and tells how it is protected
 */
export async function deliveryOf(
  found: FinishedPackage,
  client: string,
  protection: ProtectionRequest | undefined,
  options: ReprotectOptions,
  write: (options: WriteOptions) => Promise<readonly ProtectedFile[]>,
): Promise<Delivery> {
  const bytes = await bytesOf(found);
  const files = filesOfPackage(found);
  const fsync = options.fsync ?? true;
  return {
    ...(await finishedMedia(found.name, options)),
    ...{ files, protection, neededBytes: bytes },
    sources: files.map((file) => join(found.folder, file)),
    async writeTracks({ work, signal }) {
      let written = 0;
      const onWritten = (count: number) => {
        const fraction = Math.min(1, (written += count) / bytes);
        options.onProgress?.({ step: "mux", label: "package", fraction });
      };
      const protectedFiles = await write({
        folder: work,
        fsync,
        signal,
        onWritten,
      });
      const notes = protectionNotes(protectedFiles);
      return { tracks: [], protectedFiles, lost: [], notes };
    },
    async writeManifests(work) {
      const put = (file: string, content: Uint8Array) => {
        const path = join(work, file);
        return writing(path, () => writeNew(path, content));
      };
      await put(found.client.file, found.client.encode(client));
      await put(files.at(-1) ?? "", found.server);
    },
  };
}

async function bytesOf({ media }: FinishedPackage): Promise<number> {
  const sizes = media.map(({ path }) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return Math.max(
    1,
    (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  );
}

export interface WriteOptions {
  readonly folder: string;
  readonly fsync: boolean;
  readonly signal: AbortSignal | undefined;
  /** Told of bytes that were written. */
  readonly onWritten: (bytes: number) => void;
}

/**
 * Writes a file of a package anew, part by part.
 *
 * @throws PackError `input` for a file that is damaged, `output` when the disk refuses, `aborted`
 */
export async function writeAnew(
  source: { readonly file: string; readonly path: string },
  rewrite: Rewrite,
  { folder, fsync, signal, onWritten }: WriteOptions,
): Promise<void> {
  const path = join(folder, source.file);
  const input = await readable(source.path, () => open(source.path, "r"));
  try {
    const output = await writing(path, () => open(path, "wx"));
    try {
      const map = await readable(source.path, () => mapFile(input));
      const parts = rewriteFile(input, map, rewrite);
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

/** What is wrong with a file that is read is told with its name. */
export async function readable<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    const what = errnoOf(cause) === undefined ? "" : "cannot be read: ";
    throw new PackError("input", `${path}: ${what}${readingFault(cause)}.`, {
      cause,
      facts: { file: path },
    });
  }
}
