import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FoundPackage } from "./packages-in.js";

/** The files of a package as they are now. */
export interface FilesNow {
  /** Two are equal when names, sizes and times of change of all files are. */
  readonly stamp: string;
  readonly bytes: number;
  readonly files: number;
}

/** Looks at all files of a package, and reads none. */
export async function filesNow({
  folder,
  names,
}: Pick<FoundPackage, "folder" | "names">): Promise<FilesNow> {
  const tally = new Tally();
  for (const name of names) await tally.add(join(folder, name), name);
  return tally.end();
}

class Tally {
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #files = 0;

  /** A folder of fragments counts file by file. */
  async add(path: string, name: string): Promise<void> {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory()) {
      for (const inside of (await readdir(path).catch(() => [])).sort())
        await this.add(join(path, inside), `${name}/${inside}`);
      return;
    }
    // A missing file that comes later is a change, too.
    const now = stats
      ? `${stats.size} ${Math.round(stats.mtimeMs)}`
      : "missing";
    this.#hash.update(`${JSON.stringify(name)} ${now}\n`);
    this.#bytes += stats?.size ?? 0;
    this.#files += stats ? 1 : 0;
  }

  end(): FilesNow {
    const stamp = this.#hash.digest("hex").slice(0, 32);
    return { stamp, bytes: this.#bytes, files: this.#files };
  }
}
