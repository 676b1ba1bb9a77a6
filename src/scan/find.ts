import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, throwIfAborted } from "../errors.js";
import { isBelow } from "../util/paths.js";
import {
  looksLikeTrack,
  packagesIn,
  type FolderContent,
  type FoundPackage,
} from "./packages-in.js";
import type { ScanRemark } from "./row.js";

/** Links may make a tree as deep as they like. */
const DEEPEST = 64;

export interface FindOptions {
  readonly onRemark: (remark: ScanRemark) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Every package below a folder, in the order of names: packages of a folder, then those of the
 * folders in it. Hidden names are skipped, as unfinished packages have them. Nothing of a folder
 * is kept once it is done.
 *
 * @param root an existing folder
 */
export async function* findPackagesBelow(
  root: string,
  options: FindOptions,
): AsyncGenerator<FoundPackage, void> {
  const real = await realpath(root);
  const search = new Search(real, options);
  if (yield* search.walk(real, "", new Set(), 0))
    yield tracksIn(dirname(real), "", [basename(real)]);
}

class Search {
  /** Real paths of the folder, and of those that links have led to. */
  readonly #roots: string[];

  constructor(
    root: string,
    private readonly options: FindOptions,
  ) {
    this.#roots = [root];
  }

  /**
   * @param below path of the folder below the root, with `/` at its end; empty for the root
   * @param claimed paths from here on that belong to packages further up
   * @returns whether the folder is a track: a header, and a file for each fragment
   */
  async *walk(
    folder: string,
    below: string,
    claimed: ReadonlySet<string>,
    depth: number,
  ): AsyncGenerator<FoundPackage, boolean> {
    throwIfAborted(this.options.signal);
    const { files, folders } = await this.#read(folder, below);
    if (looksLikeTrack(files)) return true;
    const content: FolderContent = { folder, below, files, claimed };
    const { packages, claims } = await packagesIn(content);
    yield* packages;
    const tracks: string[] = [];
    for (const name of folders) {
      if (claims.has(name)) continue;
      const path = join(folder, name);
      const next = `${below}${name}/`;
      if (depth === DEEPEST) {
        this.#remark(
          next,
          `has more than ${DEEPEST} folders above it: not scanned`,
        );
        continue;
      }
      const inside = claimsBelow(claims, name);
      if (yield* this.walk(path, next, inside, depth + 1)) tracks.push(name);
    }
    if (tracks.length > 0) yield tracksIn(folder, below, tracks);
    return false;
  }

  /** Names of files and folders, in order. A folder that cannot be read has none. */
  async #read(folder: string, below: string) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(
      (error: unknown) => {
        this.#remark(below, `cannot be read (${messageOf(error)})`);
        return [];
      },
    );
    const [files, folders]: [string[], string[]] = [[], []];
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const kind = await this.#kindOf(entry, folder, below);
      if (kind === "file") files.push(entry.name);
      else if (kind === "folder") folders.push(entry.name);
    }
    return { files: files.sort(), folders: folders.sort() };
  }

  async #kindOf(entry: Dirent, folder: string, below: string) {
    if (entry.isFile()) return "file";
    if (entry.isDirectory()) return "folder";
    if (!entry.isSymbolicLink()) return undefined;
    const path = join(folder, entry.name);
    try {
      if (!(await stat(path)).isDirectory()) return "file";
      return this.#mayFollow(await realpath(path), below + entry.name)
        ? "folder"
        : undefined;
    } catch (error) {
      this.#remark(
        `${below}${entry.name}`,
        `is a link that leads nowhere (${messageOf(error)})`,
      );
      return undefined;
    }
  }

  /** A link into what is scanned anyway, or around it, would be scanned twice, or for ever. */
  #mayFollow(real: string, path: string): boolean {
    const isKnown = (root: string) =>
      real === root || isBelow(root, real) || isBelow(real, root);
    const known = this.#roots.find(isKnown);
    if (known === undefined) {
      this.#roots.push(real);
      return true;
    }
    this.#remark(path, "is a link to what is scanned already: not followed");
    return false;
  }

  #remark(path: string, message: string): void {
    this.options.onRemark({ path: path.replace(/\/$/, "") || ".", message });
  }
}

function tracksIn(
  folder: string,
  below: string,
  names: readonly string[],
): FoundPackage {
  const path = below.slice(0, -1) || ".";
  return { path, kind: "fragments", folder, file: "", names };
}

/** The claims inside of a folder, from there on. */
function claimsBelow(
  claims: ReadonlySet<string>,
  name: string,
): ReadonlySet<string> {
  const begin = `${name}/`;
  const inside = [...claims].filter((claim) => claim.startsWith(begin));
  return new Set(inside.map((claim) => claim.slice(begin.length)));
}
