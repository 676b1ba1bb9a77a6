import { realpath } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { CatalogueEntry } from "./catalogue-entry.js";
import { findPackages } from "./find-packages.js";
import type { PackagePlace } from "./load-package.js";
import type { OpenFiles } from "./open-files.js";
import {
  type PackageOrProblem,
  type LoadedPackage,
  PackageProblem,
} from "./package.js";
import { RowReader } from "./row-reader.js";

/** The least time between two searches of the folder. */
const SEARCH_EVERY_MS = 1500;

/** More fragments than this are not kept in memory; each takes 24 bytes. */
const MOST_FRAGMENTS = 2_000_000;

/** The packages below a folder. */
export class Catalogue {
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #onWarning: (sentence: string) => void;
  /** Fragments of each package whose indexes are in memory. An evicted package is read again on the next request. */
  readonly #loaded = new LRUCache<CatalogueEntry, number>({
    maxSize: MOST_FRAGMENTS,
    sizeCalculation: (fragments) => Math.min(fragments, MOST_FRAGMENTS),
    dispose: (_fragments, entry, reason) => {
      if (reason === "evict") entry.forget();
    },
  });
  #entries = new Map<string, CatalogueEntry>();
  readonly #rows = new RowReader();
  #lastRoot: string;
  #searchedMs = -Infinity;
  #searching: Promise<void> | undefined;

  /**
   * @param folder its absolute path, with or without links in it
   * @param found packages found there a moment ago
   */
  constructor(
    folder: string,
    found: readonly PackagePlace[],
    files: OpenFiles,
    onWarning: (sentence: string) => void,
  ) {
    this.#folder = this.#lastRoot = folder;
    this.#files = files;
    this.#onWarning = onWarning;
    this.#take(found);
  }

  /** All packages of this moment, by path. */
  async list(): Promise<Listing> {
    await this.#search();
    const entries = [...this.#entries.values()];
    const rows = this.#rows.inOrder(entries, async (entry) =>
      this.#newRow(entry),
    );
    return { count: entries.length, rows };
  }

  async #newRow(entry: CatalogueEntry): Promise<string | undefined> {
    return (await this.#look(entry)) && entry.row;
  }

  /** A package that was checked within the last second; does not wait. */
  peek(path: string): PackageOrProblem | undefined {
    return this.#entries.get(path)?.recent;
  }

  /** The package of a path, in upper or lower case; undefined when there is no such package. */
  async get(path: string): Promise<PackageOrProblem | undefined> {
    let entry = this.#find(path);
    if (entry === undefined) {
      await this.#search();
      entry = this.#find(path);
    }
    return entry && this.#rows.letPass(this.#look(entry));
  }

  /** The packages of one folder that can be served. */
  async inFolder(folder: string): Promise<LoadedPackage[]> {
    await this.#search();
    const begin = folder === "" ? "" : `${folder}/`;
    const packages: LoadedPackage[] = [];
    for (const entry of [...this.#entries.values()]) {
      const { path } = entry.place;
      if (!path.startsWith(begin) || path.slice(begin.length).includes("/"))
        continue;
      const loaded = await this.#look(entry);
      if (loaded !== undefined && !(loaded instanceof PackageProblem))
        packages.push(loaded);
    }
    return packages;
  }

  /** A file of the package has changed: check again at the next request. */
  doubt(path: string): void {
    this.#find(path)?.doubt();
  }

  /** A place of its index has no fragment: check again, and read the fragments, at the next request. */
  doubtIndex(path: string): void {
    this.#find(path)?.doubtIndex();
  }

  #find(path: string): CatalogueEntry | undefined {
    const exact = this.#entries.get(path);
    if (exact !== undefined) return exact;
    const lower = path.toLowerCase();
    for (const [name, entry] of this.#entries)
      if (name.toLowerCase() === lower) return entry;
    return undefined;
  }

  async #look(entry: CatalogueEntry): Promise<PackageOrProblem | undefined> {
    if (entry.recent !== undefined) return entry.recent;
    const { root, path } = entry.place;
    if (root !== (await this.#root())) {
      await this.#searchAgain();
      const other = this.#find(path);
      if (other !== entry) return other && this.#look(other);
    }
    const loaded = await entry.look();
    if (entry.fragments > 0) this.#loaded.set(entry, entry.fragments);
    else this.#loaded.delete(entry);
    if (loaded === undefined && this.#entries.get(path) === entry)
      this.#entries.delete(path);
    return loaded;
  }

  async #search(): Promise<void> {
    if (performance.now() - this.#searchedMs < SEARCH_EVERY_MS) return;
    this.#searching ??= this.#searchNow().finally(() => {
      this.#searching = undefined;
    });
    await this.#searching;
  }

  /** Searches even when the last search was a moment ago. */
  async #searchAgain(): Promise<void> {
    await this.#searching;
    this.#searchedMs = -Infinity;
    await this.#search();
  }

  async #searchNow(): Promise<void> {
    this.#take(await findPackages(await this.#root()));
  }

  #take(places: readonly PackagePlace[]): void {
    const before = this.#entries;
    this.#entries = new Map(
      places.map((place) => {
        const entry = before.get(place.path);
        return entry?.place.root === place.root
          ? [place.path, entry]
          : [
              place.path,
              new CatalogueEntry(place, this.#files, this.#onWarning),
            ];
      }),
    );
    for (const [path, entry] of before)
      if (this.#entries.get(path) !== entry) {
        this.#loaded.delete(entry);
        entry.forget();
      }
    this.#searchedMs = performance.now();
  }

  /** A link without a target is being switched: until it has one, the last folder counts. */
  async #root(): Promise<string> {
    this.#lastRoot = await realpath(this.#folder).catch(() => this.#lastRoot);
    return this.#lastRoot;
  }
}

/** The packages of this moment. */
interface Listing {
  /** Packages found. One that is removed meanwhile has no row. */
  readonly count: number;
  /** One {@link PackageSummary} each, as JSON. */
  readonly rows: AsyncIterable<string>;
}
