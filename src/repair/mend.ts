import type { SeenPackage } from "./seen.js";

/** A kind of mend: one row of MENDS. */
export interface MendKind {
  /** A short stable word, such as `mfra-missing`. */
  readonly id: string;
  /** What is wrong, or laid out so that some clients fail: a clause. */
  readonly wrong: string;
  /** What repair does about it: a clause. */
  readonly mend: string;
  /** Only reading each fragment shows it. Left out: a quick look does. */
  readonly needsAll?: true;
  /** Of encrypted media, it needs the key. */
  readonly needsKey?: true;
  /** Where a package needs it. */
  readonly find: (seen: SeenPackage) => Iterable<MendPlace>;
}

export interface MendPlace {
  /** The file in the package's folder. */
  readonly file: string;
  /** The facts, in words. */
  readonly detail?: string | undefined;
}

/** A mend that a package needs. */
export interface FoundMend extends Pick<MendKind, "id" | "wrong" | "mend"> {
  readonly places: readonly MendPlace[];
}
