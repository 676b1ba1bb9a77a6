import { randomBytes } from "node:crypto";
import {
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { errnoOf, PackError } from "../errors.js";
import {
  isAlive,
  killOrphans,
  ownerText,
  readOwner,
  THIS_PROCESS,
} from "../ffmpeg/owner.js";
import { writing } from "../output/errors.js";
import { exists, syncFile, syncFolder, writeNew } from "../util/files.js";
import type { WorkStore } from "./work-store.js";

/** Begin of the names of folders in which a step is at work. */
export const SCRATCH = ".mss-pack-step-";

/**
 * A folder that all machines see under the same path. A name appears by a rename, when its file is whole and on the
 * disk.
 *
 * @throws PackError `output` when it cannot be written, from all its functions
 */
export function workFolder(folder: string): WorkStore {
  const at = (name: string) => join(folder, name);
  const on = <T>(work: () => Promise<T>) => writing(folder, work);
  return {
    read: (name) => on(() => textAt(at(name))),

    write: (name, text) =>
      on(async () => {
        const path = at(name);
        const fresh = `${path}.${randomBytes(6).toString("hex")}`;
        await mkdir(join(path, ".."), { recursive: true });
        await writeNew(fresh, text);
        await rename(fresh, path);
        await syncFolder(join(path, ".."));
      }),

    take: (names, to) =>
      on(async () => {
        for (const name of names)
          await bring(at(name), join(to, basename(name)));
      }),

    put: (from, files, place) =>
      on(async () => {
        await mkdir(at(place), { recursive: true });
        for (const file of files) {
          await syncFile(join(from, file));
          await rename(join(from, file), join(at(place), file));
        }
        await syncFolder(at(place));
        await rm(from, { recursive: true, force: true });
      }),

    scratch: () =>
      on(async () => {
        await clearDead(folder);
        return mkdtemp(at(`${SCRATCH}${ownerText(THIS_PROCESS)}-`));
      }),

    remove: (begin) =>
      on(async () => {
        const parent = join(at(begin), "..");
        for (const name of await namesIn(parent))
          if (name.startsWith(basename(begin)))
            await rm(join(parent, name), { recursive: true, force: true });
      }),
  };
}

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A second name costs nothing; another disk, or a system without such names, gets less. */
async function bring(from: string, to: string): Promise<void> {
  for (const way of [link, symlink, copyFile]) {
    try {
      await way(from, to);
      return;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "EEXIST") return;
      if (errno === "ENOENT" && !(await exists(from)))
        throw missing(from, error);
      if (way === copyFile) throw error;
    }
  }
}

function missing(path: string, cause: unknown): PackError {
  return new PackError(
    "output",
    `${path}: is missing, though its step is done.`,
    {
      cause,
      hint: "Make the plan anew, in another --work FOLDER.",
      facts: { file: path },
    },
  );
}

/** Folders of steps whose process was killed on this machine. */
async function clearDead(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(SCRATCH)) continue;
    const owner = readOwner(name.slice(SCRATCH.length));
    if (owner === undefined || isAlive(owner) !== false) continue;
    await killOrphans(owner); // its ffmpeg may still write there
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  });
}
