import { basename } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { PackError } from "../errors.js";
import { readPackage } from "../smooth/read-package.js";
import type { FinishedOptions } from "./options.js";
import { withTemporaryFolder } from "./temporary.js";

/** A package whose samples can be read. */
export interface ClearPackage {
  /** Path of its .ism. */
  readonly ism: string;
  /** The package that was given: none of its files may be replaced. */
  readonly original: string;
}

/**
 * Does something with a package in the clear: with the package itself, or with a decrypted copy in the
 * system's folder for temporary files, which is removed in the end.
 *
 * @throws PackError `usage` for a protected package without its key, and the errors of unprotectPackage and of `work`
 */
export async function withClearPackage<T>(
  ism: string,
  options: Omit<FinishedOptions, "output"> & {
    readonly contentKey?: ContentKey | undefined;
  },
  work: (clear: ClearPackage, isDecrypted: boolean) => Promise<T>,
): Promise<T> {
  if (!(await isEncrypted(ism))) return work({ ism, original: ism }, false);
  const { contentKey, signal, ffmpegPath, ffprobePath } = options;
  if (contentKey === undefined)
    throw new PackError(
      "usage",
      `${ism}: is protected. Expected its key: what is made of it is in the clear.`,
      {
        hint: "Give it as unprotect takes it: --key-file FILE. Without a key, --to cmaf keeps it encrypted.",
      },
    );
  return withTemporaryFolder(basename(ism), signal, async (output) => {
    const { unprotectPackage } = await import("./unprotect.js");
    const tools = { ffmpegPath, ffprobePath };
    const { manifest } = await unprotectPackage(ism, {
      ...{ ...tools, output, contentKey, signal, fsync: false },
    });
    return work({ ism: manifest, original: ism }, true);
  });
}

/** False when it cannot be read: whoever reads it next tells why. */
export async function isEncrypted(ism: string): Promise<boolean> {
  const streams = await readPackage(ism).then(
    (read) => read.streams,
    (error: unknown) => {
      if (error instanceof PackError) return [];
      throw error;
    },
  );
  return streams.some(({ tracks }) =>
    tracks.some(({ encryption }) => encryption !== undefined),
  );
}
