import { ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Seeds, type Mutant } from "./mutant.js";

/** A folder with a right package, of which one file at a time is a mutant. */
export class Shelf {
  readonly folder: string;
  readonly #seeds: Seeds;
  /** Kept open: to open a file takes longer than to read most mutants. */
  readonly #open = new Map<string, number>();
  #wrong: string | undefined;

  /** @param turns see {@link Seeds} */
  constructor(folder: string, turns?: readonly string[]) {
    this.folder = folder;
    this.#seeds = new Seeds(folder, turns);
  }

  /** Puts the mutant of that number into the folder. */
  put(seed: number, number: number): Mutant {
    const mutant = this.#seeds.mutant(seed, number);
    if (this.#wrong !== undefined && this.#wrong !== mutant.file)
      this.#write(this.#wrong, this.#seeds.right(this.#wrong));
    this.#write(mutant.file, mutant.bytes);
    this.#wrong = mutant.file;
    return mutant;
  }

  #write(file: string, bytes: Buffer): void {
    const fd = this.#open.get(file) ?? openSync(join(this.folder, file), "w");
    this.#open.set(file, fd);
    ftruncateSync(fd, bytes.length);
    if (bytes.length > 0) writeSync(fd, bytes, 0, bytes.length, 0);
  }
}
