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
import { type Known, type LoadedPackage, PackageProblem } from "./package.js";
import { summaryOf } from "./summary.js";

/** The folder is searched no more often than this. */
const SEARCH_EVERY_MS = 1500;

/** So many packages are read at a time: a disk answers several as fast as one, and the others have their turn. */
const AT_ONCE = 8;

/** Indexes of more fragments than this are not kept; 24 bytes each. */
const MOST_FRAGMENTS = 2_000_000;

/** The packages below a folder. */
export class Catalogue {
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #onWarning: (sentence: string) => void;
  /** Fragments of packages whose indexes are in memory. One that loses its place is read again when it is asked for. */
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

  /** Every package there is now, by path. */
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

  /** Read from the package only when it was never read, or has changed. */
  async #row(entry: Entry): Promise<string | undefined> {
    return (await entry.keptRow()) ?? this.#newRow(entry);
  }

  async #newRow(entry: Entry): Promise<string | undefined> {
    return (await this.#look(entry)) && entry.row;
  }

  /** A package that was looked at within the last second; without waiting. */
  peek(path: string): Known | undefined {
    return this.#entries.get(path)?.recent;
  }

  /** The package of a path, in upper or lower case; undefined when there is none. */
  async get(path: string): Promise<Known | undefined> {
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
    const found: LoadedPackage[] = [];
    for (const entry of [...this.#entries.values()]) {
      const { path } = entry.place;
      if (!path.startsWith(begin) || path.slice(begin.length).includes("/"))
        continue;
      const known = await this.#look(entry);
      if (known !== undefined && !(known instanceof PackageProblem))
        found.push(known);
    }
    return found;
  }

  /** A file of the package turned out to be another: look at once. */
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

  async #look(entry: Entry): Promise<Known | undefined> {
    if (entry.recent !== undefined) return entry.recent;
    const { root, path } = entry.place;
    if (root !== (await this.#root())) {
      await this.#searchAgain();
      const other = this.#find(path);
      if (other !== entry) return other && this.#look(other);
    }
    const known = await entry.look();
    if (entry.fragments > 0) this.#loaded.set(entry, entry.fragments);
    else this.#loaded.delete(entry);
    if (known === undefined && this.#entries.get(path) === entry)
      this.#entries.delete(path);
    return known;
  }

  async #search(): Promise<void> {
    if (performance.now() - this.#searchedMs < SEARCH_EVERY_MS) return;
    this.#searching ??= this.#searchNow().finally(() => {
      this.#searching = undefined;
    });
    await this.#searching;
  }

  /** Searches though the folder was searched a moment ago. */
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

  /** A link that leads nowhere is being switched: until then the folder is where it was. */
  async #root(): Promise<string> {
    this.#lastRoot = await realpath(this.#folder).catch(() => this.#lastRoot);
    return this.#lastRoot;
  }
}

/** What there is. */
interface Listing {
  /** Packages that were found; one that goes meanwhile has no row. */
  readonly count: number;
  /** A {@link PackageSummary} each, as JSON. */
  readonly rows: AsyncIterable<string>;
}

/** Files of a package are looked at no more often than this. */
const CHECK_EVERY_MS = 1000;

/** One package of the catalogue: read when it is asked for, and again when one of its files is not what it was. */
class Entry {
  readonly place: PackagePlace;
  readonly #files: OpenFiles;
  readonly #onWarning: (sentence: string) => void;
  #known: Known | undefined;
  #fragments = 0;
  #row: string | undefined;
  /** What it, or its problem, was seen in. */
  #snapshot: Snapshot = new Map();
  #checkedMs = -Infinity;
  #checking: Promise<Known | undefined> | undefined;
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

  /** What was true within the last second. */
  get recent(): Known | undefined {
    return this.#isRecent ? this.#known : undefined;
  }

  get #isRecent(): boolean {
    return performance.now() - this.#checkedMs < CHECK_EVERY_MS;
  }

  /** Fragments in its indexes, as long as they are kept. */
  get fragments(): number {
    return this.#known === undefined ? 0 : this.#fragments;
  }

  /** What the list tells of it, as it was when it was read; undefined before that, and when it is gone. */
  get row(): string | undefined {
    return this.#row;
  }

  /** The row, when it is still true. It outlives the indexes. */
  async keptRow(): Promise<string | undefined> {
    if (this.#row === undefined || this.#isRecent) return this.#row;
    this.#comparing ??= isSame(this.#snapshot).finally(() => {
      this.#comparing = undefined;
    });
    if (!(await this.#comparing)) return undefined;
    this.#checkedMs = performance.now();
    return this.#row;
  }

  /** What is true now, to the second; undefined when it is gone. */
  async look(): Promise<Known | undefined> {
    if (this.recent !== undefined) return this.recent;
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Looks at its files when it is asked for the next time, however recent the last look is. */
  doubt(): void {
    this.#checkedMs = -Infinity;
  }

  /**
   * It is read again when it is asked for. Its files are closed as soon as replies are
   * done with them, but for those that its next version has too.
   */
  forget(next?: Known): void {
    const known = this.#known;
    this.#known = undefined;
    if (known === undefined || known instanceof PackageProblem) return;
    const kept =
      next === undefined || next instanceof PackageProblem
        ? new Map<string, string>()
        : next.snapshot;
    for (const file of [known.manifest, ...known.media])
      if (kept.get(file.path) !== file.identity) this.#files.drop(file);
  }

  async #check(): Promise<Known | undefined> {
    if (this.#known !== undefined && (await isSame(this.#snapshot))) {
      this.#checkedMs = performance.now();
      return this.#known;
    }
    if ((await identityAt(this.place.file)) === MISSING) {
      this.forget();
      this.#row = undefined;
      return undefined;
    }
    const before = this.#known;
    const seen = new Map<string, string>();
    const known = await this.#load(seen);
    this.forget(known);
    this.#known = known;
    this.#fragments = fragmentsOf(known);
    this.#row = JSON.stringify(summaryOf(this.place.path, known));
    this.#snapshot = seen;
    this.#checkedMs = performance.now();
    if (known instanceof PackageProblem) this.#say(known, before);
    return known;
  }

  async #load(seen: Map<string, string>): Promise<Known> {
    try {
      return await loadPackage(this.place, this.#files, seen);
    } catch (error) {
      if (error instanceof PackageProblem) return error;
      return new PackageProblem(`cannot be read (${messageOf(error)}).`, {
        cause: error,
      });
    }
  }

  #say({ message }: PackageProblem, before?: Known): void {
    if (before instanceof PackageProblem && before.message === message) return;
    this.#onWarning(`${this.place.path}.ism cannot be served: ${message}`);
  }
}

function fragmentsOf(known: Known): number {
  if (known instanceof PackageProblem) return 0;
  return known.streams
    .flatMap(({ levels }) => levels)
    .reduce((sum, { fragments }) => sum + fragments.time.length, 0);
}
