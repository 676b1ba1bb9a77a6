import { CLIENTS } from "../clients/clients.js";
import type { ScanRow } from "./row.js";

/** How many packages have something, by its name; the most frequent first. */
export type Counts = Readonly<Record<string, number>>;

/** All rows of a scan together. */
export interface ScanTotal {
  readonly packages: number;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly bytes: number;
  readonly files: number;
  /** Packages with a fault at least, and those that cannot be read. */
  readonly faulty: number;
  /** Packages that cannot be read. */
  readonly unreadable: number;
  readonly protected: number;
  readonly captioned: number;
  /** Packages for which `repair` has a mend. */
  readonly mendable: number;
  readonly makers: Counts;
  readonly codecs: Counts;
  /** Of sounds and captions. */
  readonly languages: Counts;
  /** Rules with faults. */
  readonly faults: Counts;
  /** Mends of `repair`, by their words. */
  readonly mends: Counts;
  /** Clients that fail on something. */
  readonly clients: Counts;
}

/** Adds rows up; it takes the same memory for any number of them. */
export class ScanCounter {
  readonly #sums = { packages: 0, duration: 0, bytes: 0, files: 0 };
  readonly #with = {
    faulty: 0,
    unreadable: 0,
    protected: 0,
    captioned: 0,
    mendable: 0,
  };
  readonly #counts = {
    makers: new Map<string, number>(),
    codecs: new Map<string, number>(),
    languages: new Map<string, number>(),
    faults: new Map<string, number>(),
    mends: new Map<string, number>(),
    clients: new Map<string, number>(),
  };

  add(row: ScanRow): void {
    this.#sums.packages++;
    for (const key of ["duration", "bytes", "files"] as const)
      this.#sums[key] += row[key];
    if (row.faults.length > 0 || row.problem !== null) this.#with.faulty++;
    if (row.problem !== null) this.#with.unreadable++;
    if (row.protection !== null) this.#with.protected++;
    if (row.captions.length > 0) this.#with.captioned++;
    if (row.mends !== null && row.mends.length > 0) this.#with.mendable++;
    const tracks = [...row.audio, ...row.captions];
    count(this.#counts.makers, [row.maker]);
    count(
      this.#counts.codecs,
      [...row.video, ...tracks].map(({ codec }) => codec || "unknown"),
    );
    count(
      this.#counts.languages,
      tracks.map(({ language }) => language),
    );
    count(
      this.#counts.faults,
      row.faults.map(({ rule }) => rule),
    );
    count(
      this.#counts.mends,
      (row.mends ?? []).map(({ id }) => id),
    );
    count(
      this.#counts.clients,
      (row.clients ?? []).map(({ client }) => CLIENTS[client].name),
    );
  }

  total(): ScanTotal {
    const { makers, codecs, languages, faults, ...others } = this.#counts;
    return {
      ...{ ...this.#sums, ...this.#with, makers: ordered(makers) },
      ...{ codecs: ordered(codecs), languages: ordered(languages) },
      ...{ faults: ordered(faults), mends: ordered(others.mends) },
      clients: ordered(others.clients),
    };
  }
}

/** More names than this are not kept: those of damaged files may all differ. */
const MOST_NAMES = 200;

/** A package counts once for each name. */
function count(counts: Map<string, number>, names: readonly string[]): void {
  for (const name of new Set(names)) {
    const known = counts.has(name) || counts.size < MOST_NAMES;
    const key = known ? name : "others";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}

function ordered(counts: ReadonlyMap<string, number>): Counts {
  const rows = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return Object.fromEntries(rows);
}
