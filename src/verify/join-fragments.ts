import {
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  type FileHandle,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Azure's name for the file with ftyp and moov. */
const HEADER = "header";

/** Names of fragments are their times. */
const FRAGMENT = /^\d{1,20}$/;

/**
 * A folder of fragments as one file, which is gone when it is closed: its header, and then its
 * fragments by time.
 *
 * @throws Error when it has no header, or cannot be read
 */
export async function joinedFolder(folder: string): Promise<FileHandle> {
  const names = await readdir(folder);
  const header = names.find((name) => name.toLowerCase() === HEADER);
  if (header === undefined)
    throw new Error("it is a folder without a file named header");
  const fragments = names
    .filter((name) => FRAGMENT.test(name))
    .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const scratch = await mkdtemp(join(tmpdir(), "mss-pack-verify-"));
  try {
    const file = await open(join(scratch, "track.ismv"), "w+");
    for (const name of [header, ...fragments])
      await file.write(await readFile(join(folder, name)));
    return file;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
