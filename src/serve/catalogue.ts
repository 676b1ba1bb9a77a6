import { realpath } from "node:fs/promises";
import { messageOf } from "../errors.js";
import { findPackages } from "./find-packages.js";
import { identityAt, isSame, MISSING, type Snapshot } from "./identity.js";
import { loadPackage, type PackagePlace } from "./load-package.js";
import type { OpenFiles } from "./open-files.js";
import type { LoadedPackage } from "./package.js";
import { PackageProblem } from "./problem.js";

/** What is known of a package: it, or why it cannot be served. */
export type Known = LoadedPackage | PackageProblem;

interface Entry {
  readonly place: PackagePlace;
  known: Known | undefined;
  /** What the problem was seen in. */
  snapshot: Snapshot;
  checkedMs: number;
  checking: Promise<Known | undefined> | undefined;
}

/** Files of a package are looked at no more often than this. */
const CHECK_EVERY_MS = 1000;

/** The folder is searched no more often than this. */
const SEARCH_EVERY_MS = 1500;

/** So many packages are read at a time: a disk answers several as fast as one, and the others have their turn. */
const AT_ONCE = 8;

/** Indexes of more fragments than this are not kept; 24 bytes each. */
const MOST_FRAGMENTS = 2_000_000;

/**
 * The packages below a folder. Each is read when it is asked for, and again
 * when one of its files is not what it was.
 */
export class Catalogue {
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #onTrouble: (sentence: string) => void;
  #entries = new Map<string, Entry>();
  #lastRoot: string;
  #searchedMs = -Infinity;
  #searching: Promise<void> | undefined;

  /** @param folder its absolute path, with or without links in it */
  constructor(
    folder: string,
    files: OpenFiles,
    onTrouble: (sentence: string) => void,
  ) {
    this.#folder = this.#lastRoot = folder;
    this.#files = files;
    this.#onTrouble = onTrouble;
  }

  /** Every package there is now, by path. */
  async list(): Promise<{ path: string; known: Known }[]> {
    await this.#search();
    const entries = [...this.#entries.values()];
    const found: (Known | undefined)[] = [];
    const waiting = entries.entries();
    const work = async () => {
      for (const [i, entry] of waiting) found[i] = await this.#fresh(entry);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return entries.flatMap(({ place: { path } }, i) => {
      const known = found[i];
      return known === undefined ? [] : [{ path, known }];
    });
  }

  /** A package that was looked at within the last second; without waiting. */
  peek(path: string): Known | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    return performance.now() - entry.checkedMs < CHECK_EVERY_MS
      ? entry.known
      : undefined;
  }

  /** The package of a path, in upper or lower case; undefined when there is none. */
  async get(path: string): Promise<Known | undefined> {
    let entry = this.#find(path);
    if (entry === undefined) {
      await this.#search();
      entry = this.#find(path);
    }
    return entry === undefined ? undefined : this.#fresh(entry);
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
      const known = await this.#fresh(entry);
      if (known !== undefined && !(known instanceof PackageProblem))
        found.push(known);
    }
    return found;
  }

  /** A file of the package turned out to be another: look at once. */
  doubt(path: string): void {
    const entry = this.#find(path);
    if (entry !== undefined) entry.checkedMs = -Infinity;
  }

  #find(path: string): Entry | undefined {
    const exact = this.#entries.get(path);
    if (exact !== undefined) return exact;
    const lower = path.toLowerCase();
    for (const [name, entry] of this.#entries)
      if (name.toLowerCase() === lower) return entry;
    return undefined;
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
      places.map((place) => [
        place.path,
        sameIn(before, place) ?? newEntry(place),
      ]),
    );
    for (const [path, entry] of before)
      if (this.#entries.get(path) !== entry) this.#forget(entry);
    this.#searchedMs = performance.now();
  }

  /** A link that leads nowhere is being switched: until then the folder is where it was. */
  async #root(): Promise<string> {
    this.#lastRoot = await realpath(this.#folder).catch(() => this.#lastRoot);
    return this.#lastRoot;
  }

  /** What is true of a package now, to the second. */
  async #fresh(entry: Entry): Promise<Known | undefined> {
    if (
      entry.known !== undefined &&
      performance.now() - entry.checkedMs < CHECK_EVERY_MS
    )
      return entry.known;
    entry.checking ??= this.#check(entry).finally(() => {
      entry.checking = undefined;
    });
    return entry.checking;
  }

  async #check(entry: Entry): Promise<Known | undefined> {
    const { place } = entry;
    if (place.root !== (await this.#root())) {
      await this.#searchAgain();
      const other = this.#find(place.path);
      if (other !== entry) return other && this.#fresh(other);
    }
    if (entry.known !== undefined && (await isSame(entry.snapshot))) {
      entry.checkedMs = performance.now();
      return entry.known;
    }
    if ((await identityAt(place.file)) === MISSING) {
      this.#forget(entry);
      this.#entries.delete(place.path);
      return undefined;
    }
    const before = entry.known;
    const seen = new Map<string, string>();
    const known = await this.#load(place, seen);
    this.#forget(entry, known);
    entry.known = known;
    entry.snapshot = seen;
    entry.checkedMs = performance.now();
    if (known instanceof PackageProblem) this.#say(place, known, before);
    else this.#makeRoom(entry);
    return known;
  }

  async #load(place: PackagePlace, seen: Map<string, string>): Promise<Known> {
    try {
      return await loadPackage(place, this.#files, seen);
    } catch (error) {
      if (error instanceof PackageProblem) return error;
      return new PackageProblem(`cannot be read (${messageOf(error)}).`, {
        cause: error,
      });
    }
  }

  #say(place: PackagePlace, { message }: PackageProblem, before?: Known): void {
    if (before instanceof PackageProblem && before.message === message) return;
    this.#onTrouble(`${place.path}.ism cannot be served: ${message}`);
  }

  /** Files that the package has no more are closed, as soon as replies are done with them. */
  #forget(entry: Entry, next?: Known): void {
    const { known } = entry;
    entry.known = undefined;
    if (known === undefined || known instanceof PackageProblem) return;
    const kept =
      next === undefined || next instanceof PackageProblem
        ? new Map<string, string>()
        : next.snapshot;
    for (const file of [known.manifest, ...known.media])
      if (kept.get(file.path) !== file.identity) this.#files.drop(file);
  }

  /** Those that were read first are read again when they are asked for. */
  #makeRoom(newest: Entry): void {
    const loaded = [...this.#entries.values()].filter(
      (entry) => sizeOf(entry.known) > 0,
    );
    let sum = loaded.reduce((total, { known }) => total + sizeOf(known), 0);
    loaded.sort((a, b) => a.checkedMs - b.checkedMs);
    for (const entry of loaded) {
      if (sum <= MOST_FRAGMENTS) return;
      if (entry === newest) continue;
      sum -= sizeOf(entry.known);
      this.#forget(entry);
    }
  }
}

/** The entry of a package that is still where it was. */
function sameIn(
  entries: ReadonlyMap<string, Entry>,
  { root, path }: PackagePlace,
): Entry | undefined {
  const entry = entries.get(path);
  return entry?.place.root === root ? entry : undefined;
}

function newEntry(place: PackagePlace): Entry {
  return {
    place,
    known: undefined,
    snapshot: new Map(),
    checkedMs: -Infinity,
    checking: undefined,
  };
}

/** Fragments in the indexes of a package. */
function sizeOf(known: Known | undefined): number {
  if (known === undefined || known instanceof PackageProblem) return 0;
  return known.streams
    .flatMap(({ levels }) => levels)
    .reduce((sum, { fragments }) => sum + fragments.time.length, 0);
}
