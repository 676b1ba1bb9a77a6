import { messageOf } from "../errors.js";
import {
  identityAt,
  isSame,
  MISSING,
  type Snapshot,
} from "../util/file-identity.js";
import { loadPackage, type PackagePlace } from "./load-package.js";
import type { OpenFiles } from "./open-files.js";
import { type PackageOrProblem, PackageProblem } from "./package.js";
import { summaryOf } from "./summary.js";

/** The least time between two checks of a package's files. */
const CHECK_EVERY_MS = 1000;

/** One package of the catalogue: read on request, and again when one of its files has changed. */
export class CatalogueEntry {
  readonly place: PackagePlace;
  readonly #files: OpenFiles;
  readonly #onWarning: (sentence: string) => void;
  #loaded: PackageOrProblem | undefined;
  #fragments = 0;
  #row: string | undefined;
  /** The files that the package, or its problem, was read from. */
  #snapshot: Snapshot = new Map();
  #checkedMs = -Infinity;
  /** An index led to a place without a fragment. */
  #isDoubted = false;
  #isStale = false;
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

  /** The row, if checked within the last second. */
  get recentRow(): string | undefined {
    return this.#isRecent ? this.#row : undefined;
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

  /** The same, and read all fragments, for an index is wrong. Once for each state of the files. */
  doubtIndex(): void {
    this.doubt();
    if (this.#isDoubted) return;
    this.#isDoubted = true;
    this.#isStale = true;
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
    const { manifest = loaded.server, media } = loaded;
    for (const file of [manifest, ...media])
      if (kept.get(file.path) !== file.identity) this.#files.drop(file);
  }

  async #check(): Promise<PackageOrProblem | undefined> {
    const isKept = this.#loaded !== undefined && !this.#isStale;
    const isSameFiles = await isSame(this.#snapshot);
    if (isKept && isSameFiles) {
      this.#checkedMs = performance.now();
      return this.#loaded;
    }
    if (!isSameFiles && !this.#isStale) this.#isDoubted = false;
    this.#isStale = false;
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
      return await loadPackage(this.place, this.#files, seen, this.#isDoubted);
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
