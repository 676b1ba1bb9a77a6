import { realpath } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { messageOf } from "../errors.js";
import { findPackages } from "./find-packages.js";
import {
  identityAt,
  isSame,
  MISSING,
  type Snapshot,
} from "../util/file-identity.js";
import { loadPackage, type PackagePlace } from "./load-package.js";
import type { OpenFiles } from "./open-files.js";
import {
  type PackageOrProblem,
  type LoadedPackage,
  PackageProblem,
} from "./package.js";
import { summaryOf } from "./summary.js";

/** The least time between two searches of the folder. */
const SEARCH_EVERY_MS = 1500;

/** Packages that are read at a time: a disk answers several as fast as one, and other work gets its turn. */
const AT_ONCE = 8;

/** More fragments than this are not kept in memory; each takes 24 bytes. */
const MOST_FRAGMENTS = 2_000_000;

/** The packages below a folder. */
export class Catalogue {
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #onWarning: (sentence: string) => void;
  /** Fragments of each package whose indexes are in memory. An evicted package is read again on the next request. */
  readonly #loaded = new LRUCache<Entry, number>({
    maxSize: MOST_FRAGMENTS,
    sizeCalculation: (fragments) => Math.min(fragments, MOST_FRAGMENTS),
    dispose: (_fragments, entry, reason) => {
      if (reason === "evict") entry.forget();
    },
  });
  #entries = new Map<string, Entry>();
  #lastRoot: string;
  #searchedMs = -Infinity;
  #searching: Promise<void> | undefined;

  /** @param folder its absolute path, with or without links in it */
  constructor(
    folder: string,
    files: OpenFiles,
    onWarning: (sentence: string) => void,
  ) {
    this.#folder = this.#lastRoot = folder;
    this.#files = files;
    this.#onWarning = onWarning;
  }

  /** All packages of this moment, by path. */
  async list(): Promise<Listing> {
    await this.#search();
    const entries = [...this.#entries.values()];
    return { count: entries.length, rows: this.#rows(entries) };
  }

  async *#rows(entries: readonly Entry[]): AsyncGenerator<string> {
    const waiting: Promise<string | undefined>[] = [];
    for (const entry of entries) {
      waiting.push(this.#row(entry));
      if (waiting.length < AT_ONCE) continue;
      const row = await waiting.shift();
      if (row !== undefined) yield row;
    }
    for (const row of waiting) {
      const last = await row;
      if (last !== undefined) yield last;
    }
  }

  /** Reads a package only when it was never read, or has changed. */
  async #row(entry: Entry): Promise<string | undefined> {
    return (await entry.keptRow()) ?? this.#newRow(entry);
  }

  async #newRow(entry: Entry): Promise<string | undefined> {
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
    return entry === undefined ? undefined : this.#look(entry);
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

  #find(path: string): Entry | undefined {
    const exact = this.#entries.get(path);
    if (exact !== undefined) return exact;
    const lower = path.toLowerCase();
    for (const [name, entry] of this.#entries)
      if (name.toLowerCase() === lower) return entry;
    return undefined;
  }

  async #look(entry: Entry): Promise<PackageOrProblem | undefined> {
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
    const places = await findPackages(await this.#root());
    const before = this.#entries;
    this.#entries = new Map(
      places.map((place) => {
        const entry = before.get(place.path);
        return entry?.place.root === place.root
          ? [place.path, entry]
          : [place.path, new Entry(place, this.#files, this.#onWarning)];
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

/** The least time between two checks of a package's files. */
const CHECK_EVERY_MS = 1000;

/** One package of the catalogue: read on request, and again when one of its files has changed. */
class Entry {
  readonly place: PackagePlace;
  readonly #files: OpenFiles;
  readonly #onWarning: (sentence: string) => void;
  #loaded: PackageOrProblem | undefined;
  #fragments = 0;
  #row: string | undefined;
  /** The files that the package, or its problem, was read from. */
  #snapshot: Snapshot = new Map();
  #checkedMs = -Infinity;
  #checking: Promise<PackageOrProblem | undefined> | undefined;
  #comparing: Promise<boolean> | undefined;

  constructor(
    place: PackagePlace,
    files: OpenFiles,
    onWarning: (sentence: string) => void,
  ) {
    this.place = place;
    this.#files = files;
    this.#onWarning = onWarning;
  }

  /** The state, if checked within the last second. */
  get recent(): PackageOrProblem | undefined {
    return this.#isRecent ? this.#loaded : undefined;
  }

  get #isRecent(): boolean {
    return performance.now() - this.#checkedMs < CHECK_EVERY_MS;
  }

  /** Fragments in its indexes, while they are kept. */
  get fragments(): number {
    return this.#loaded === undefined ? 0 : this.#fragments;
  }

  /** Its row in the list, as of the last read; undefined before the first read, and when the package is gone. */
  get row(): string | undefined {
    return this.#row;
  }

  /** The row, if its files have not changed. It is kept longer than the indexes. */
  async keptRow(): Promise<string | undefined> {
    if (this.#row === undefined || this.#isRecent) return this.#row;
    this.#comparing ??= isSame(this.#snapshot).finally(() => {
      this.#comparing = undefined;
    });
    if (!(await this.#comparing)) return undefined;
    this.#checkedMs = performance.now();
    return this.#row;
  }

  /** The state, at most a second old; undefined when the package is gone. */
  async look(): Promise<PackageOrProblem | undefined> {
    if (this.recent !== undefined) return this.recent;
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Makes the next request check the files, however recent the last check is. */
  doubt(): void {
    this.#checkedMs = -Infinity;
  }

  /**
   * Forgets the indexes; the next request reads the package again. Its files are closed once
   * replies have ended, except files that the next version has too.
   */
  forget(next?: PackageOrProblem): void {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    if (loaded === undefined || loaded instanceof PackageProblem) return;
    const kept =
      next === undefined || next instanceof PackageProblem
        ? new Map<string, string>()
        : next.snapshot;
    for (const file of [loaded.manifest, ...loaded.media])
      if (kept.get(file.path) !== file.identity) this.#files.drop(file);
  }

  async #check(): Promise<PackageOrProblem | undefined> {
    if (this.#loaded !== undefined && (await isSame(this.#snapshot))) {
      this.#checkedMs = performance.now();
      return this.#loaded;
    }
    if ((await identityAt(this.place.file)) === MISSING) {
      this.forget();
      this.#row = undefined;
      return undefined;
    }
    const before = this.#loaded;
    const seen = new Map<string, string>();
    const loaded = await this.#load(seen);
    this.forget(loaded);
    this.#loaded = loaded;
    this.#fragments = fragmentsOf(loaded);
    this.#row = JSON.stringify(summaryOf(this.place.path, loaded));
    this.#snapshot = seen;
    this.#checkedMs = performance.now();
    if (loaded instanceof PackageProblem) this.#say(loaded, before);
    return loaded;
  }

  async #load(seen: Map<string, string>): Promise<PackageOrProblem> {
    try {
      return await loadPackage(this.place, this.#files, seen);
    } catch (error) {
      if (error instanceof PackageProblem) return error;
      return new PackageProblem(`cannot be read (${messageOf(error)}).`, {
        cause: error,
      });
    }
  }

  #say({ message }: PackageProblem, before?: PackageOrProblem): void {
    if (before instanceof PackageProblem && before.message === message) return;
    this.#onWarning(`${this.place.path}.ism cannot be served: ${message}`);
  }
}

function fragmentsOf(loaded: PackageOrProblem): number {
  if (loaded instanceof PackageProblem) return 0;
  return loaded.streams
    .flatMap(({ levels }) => levels)
    .reduce((sum, { fragments }) => sum + fragments.time.length, 0);
}
