import { setMaxListeners } from "node:events";
import { TaskPool } from "./task-pool.js";

/** Packages that are read for all lists at a time; Node reads files in four threads. */
const AT_ONCE = 4;

/** Rows that are asked for before the client has taken the ones before them. */
const AHEAD = 16;

type Row = string | undefined;

/** A package that may have a row already. */
interface Listed {
  readonly place: { readonly file: string };
  /** Its row, if it needs no check. */
  readonly recentRow: Row;
  /** Its row, if a check shows that it still holds. */
  keptRow(): Promise<Row>;
}

/**
 * Reads the rows of lists. All lists share a few places, and a package that a player waits for
 * comes first: thousands of packages take seconds, and their readers can wait.
 */
export class RowReader {
  readonly #jobs = new TaskPool<Row>(AT_ONCE, Infinity);
  readonly #first = new Set<Promise<unknown>>();

  /** Work that a player waits for: no row is begun until it has ended. */
  async letPass<T>(work: Promise<T>): Promise<T> {
    this.#first.add(work);
    try {
      return await work;
    } finally {
      this.#first.delete(work);
    }
  }

  /**
   * Reads ahead, and stops when no row is asked for any more.
   *
   * @param read called for packages that were never read, or have changed
   */
  async *inOrder<T extends Listed>(
    entries: readonly T[],
    read: (entry: T) => Promise<Row>,
  ): AsyncGenerator<string> {
    const end = new AbortController();
    setMaxListeners(AHEAD, end.signal);
    const ahead: Promise<Row>[] = [];
    let begun = 0;
    try {
      for (let i = 0; i < entries.length; i++) {
        for (const entry of entries.slice(begun, i + AHEAD)) {
          const row = this.#row(entry, read, end.signal);
          // The end of the list stops rows that nothing waits for.
          row.catch(() => undefined);
          ahead.push(row);
          begun++;
        }
        const row = await ahead.shift();
        if (row !== undefined) yield row;
      }
    } finally {
      end.abort();
    }
  }

  async #row<T extends Listed>(
    entry: T,
    read: (entry: T) => Promise<Row>,
    signal: AbortSignal,
  ): Promise<Row> {
    if (entry.recentRow !== undefined) return entry.recentRow;
    return this.#jobs.run(entry.place.file, signal, async () => {
      const kept = await entry.keptRow();
      if (kept !== undefined) return kept;
      // Only what waits now: rows would never come while there is always a new player.
      await Promise.allSettled(this.#first);
      return read(entry);
    });
  }
}
