import { messageOf } from "../errors.js";
import { identityAt, isSame, MISSING, type Snapshot } from "./identity.js";
import { loadPackage, type PackagePlace } from "./load-package.js";
import type { OpenFiles } from "./open-files.js";
import type { LoadedPackage } from "./package.js";
import { PackageProblem } from "./problem.js";

/** What is known of a package: it, or why it cannot be served. */
export type Known = LoadedPackage | PackageProblem;

/** Files of a package are looked at no more often than this. */
const CHECK_EVERY_MS = 1000;

/** One package of the catalogue: read when it is asked for, and again when one of its files is not what it was. */
export class Entry {
  readonly place: PackagePlace;
  readonly #files: OpenFiles;
  readonly #onTrouble: (sentence: string) => void;
  #known: Known | undefined;
  /** What it, or its problem, was seen in. */
  #snapshot: Snapshot = new Map();
  #checkedMs = -Infinity;
  #checking: Promise<Known | undefined> | undefined;

  constructor(
    place: PackagePlace,
    files: OpenFiles,
    onTrouble: (sentence: string) => void,
  ) {
    this.place = place;
    this.#files = files;
    this.#onTrouble = onTrouble;
  }

  /** What was true within the last second. */
  get recent(): Known | undefined {
    const isRecent = performance.now() - this.#checkedMs < CHECK_EVERY_MS;
    return isRecent ? this.#known : undefined;
  }

  get checkedMs(): number {
    return this.#checkedMs;
  }

  /** Fragments in its indexes, as long as they are kept. */
  get fragments(): number {
    const known = this.#known;
    if (known === undefined || known instanceof PackageProblem) return 0;
    return known.streams
      .flatMap(({ levels }) => levels)
      .reduce((sum, { fragments }) => sum + fragments.time.length, 0);
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
      return undefined;
    }
    const before = this.#known;
    const seen = new Map<string, string>();
    const known = await this.#load(seen);
    this.forget(known);
    this.#known = known;
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
    this.#onTrouble(`${this.place.path}.ism cannot be served: ${message}`);
  }
}
