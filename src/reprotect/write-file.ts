import { open } from "node:fs/promises";
import { join } from "node:path";
import {
  mapFile,
  rewriteFile,
  type Rewrite,
} from "../drm/finished/rewrite-file.js";
import { PackError, readingFault, throwIfAborted, errnoOf } from "../errors.js";
import { writing } from "../output/errors.js";

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
