import type { FileHandle } from "node:fs/promises";
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errnoOf, messageOf, PackError, readingError } from "../errors.js";
import { openFile } from "../isobmff/scan.js";
import { readManifest, type ManifestFile } from "./manifest-file.js";
import { isInsideName, isPlainName } from "./server-manifest.js";

/** What a name in a manifest leads to. */
export type NameKind = "file" | "folder" | "nothing";

/**
 * Access to the files of a package: which names are allowed, what is noted of files, and
 * who closes them. Names have `/` between parts.
 */
export interface PackageFiles {
  /** Reads a manifest. */
  manifest(name: string): Promise<ManifestFile>;
  /** A name that cannot be looked up leads to a file: opening it says why. */
  kindOf(name: string): Promise<NameKind>;
  /** The names in a folder; in that of the package, when the name is empty. */
  list(folder: string): Promise<readonly string[]>;
  /** Opens a media file for as long as it is read. */
  read<T>(
    name: string,
    read: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T>;
}

/**
 * The files in the folder of an .ism and below it, and no other files.
 *
 * @param folderOf where a media file lies; default: beside the .ism
 */
export function packageFilesBeside(
  ism: string,
  folderOf?: (file: string) => string,
): PackageFiles {
  const folder = dirname(resolve(ism));
  return {
    async manifest(name) {
      requireInside(name, ism);
      return readManifest(folder, name);
    },
    async kindOf(name) {
      requireInside(name, ism);
      return kindAt(join(folder, name));
    },
    async list(name) {
      if (name !== "") requireInside(name, ism);
      return readdir(join(folder, name));
    },
    async read(name, read) {
      requireInside(name, ism);
      const path = join(folderOf?.(name) ?? folder, name);
      const file = await openFile(path).catch((cause: unknown) => {
        const message = `${name}: cannot be opened (${messageOf(cause)}).`;
        throw new PackError("input", message, { cause });
      });
      try {
        return await read(file, (await file.stat()).size);
      } catch (cause) {
        if (cause instanceof PackError) throw cause;
        const message = `${name}: cannot be read (${readingError(cause)}).`;
        throw new PackError("input", message, { cause });
      } finally {
        await file.close();
      }
    },
  };
}

/** The kind of a path; see {@link PackageFiles.kindOf}. */
export async function kindAt(path: string): Promise<NameKind> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    return errnoOf(error) === "ENOENT" ? "nothing" : "file";
  }
}

/** @throws PackError `input` for a name that leads out of the folder */
export function requireInside(name: string, ism: string): void {
  if (!isInsideName(name)) throw outside(name, ism);
}

/** @throws PackError `input` for a name that leads out of the folder, or into a folder below it */
export function requirePlain(name: string, ism: string): void {
  if (!isPlainName(name)) throw outside(name, ism);
}

function outside(name: string, ism: string): PackError {
  return new PackError(
    "input",
    `${ism}: names ${JSON.stringify(name)}. Expected files beside it.`,
  );
}
