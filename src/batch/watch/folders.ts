import { access, constants, mkdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PackError } from "../../errors.js";

export interface WatchFolders {
  readonly inbox: string;
  readonly done: string;
  readonly failed: string;
}

/**
 * The watch folder and, made when they are missing, its folders `done` and `failed`.
 *
 * @throws PackError `usage` when it is no folder, or also the output; `output` when it cannot be written
 */
export async function openFolders(
  inbox: string,
  output: string,
): Promise<WatchFolders> {
  const stats = await stat(inbox).catch(() => undefined);
  if (!stats?.isDirectory()) {
    throw new PackError(
      "usage",
      `${inbox}: is no folder that can be watched.`,
      {
        hint: "Give a folder that exists; films that are put into it are packaged.",
      },
    );
  }
  await refuseAsOutput(inbox, output);
  const folders = {
    inbox,
    done: join(inbox, "done"),
    failed: join(inbox, "failed"),
  };
  // Now, not after the first film.
  for (const folder of Object.values(folders)) await requireWritable(folder);
  return folders;
}

/** Packages would be taken for films. */
async function refuseAsOutput(inbox: string, output: string): Promise<void> {
  const realOutput = await realpath(output).catch(() => undefined);
  if (realOutput !== (await realpath(inbox))) return;
  throw new PackError(
    "usage",
    `${output}: is the watch folder too. Expected another folder for the packages.`,
    { hint: "A folder in the watch folder will do." },
  );
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new PackError(
      "output",
      `${folder}: cannot be written (${messageOf(cause)}). Films are moved there.`,
      { cause },
    );
  }
}
