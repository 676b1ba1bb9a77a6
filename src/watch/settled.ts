/** A file in the watch folder, as one look found it. */
export interface FileState {
  readonly name: string;
  readonly size: number;
  /** Of its content, in milliseconds. */
  readonly changedMs: number;
}

export interface SettleTable {
  /**
   * Notes what a look has found.
   *
   * @param nowMs on a clock that is never set back
   * @returns names of the files that have not changed for long enough
   */
  look(files: readonly FileState[], nowMs: number): string[];
  /** Has a file changed since it was first seen? Then somebody is still writing it. */
  hasGrown(name: string): boolean;
}

/**
 * Tells which files are finished: those whose size and time have stayed the same
 * over looks that lie `settleMs` apart. The time alone would not do: the clock of a
 * network disk is another one, and copies bring their old times with them.
 */
export function settleTable(settleMs: number): SettleTable {
  let seen = new Map<string, Seen>();
  return {
    look(files, nowMs) {
      seen = new Map(
        files.map((file) => [
          file.name,
          next(seen.get(file.name), file, nowMs),
        ]),
      );
      return files
        .map(({ name }) => name)
        .filter((name) => {
          const sinceMs = seen.get(name)?.sinceMs ?? nowMs;
          return nowMs - sinceMs >= settleMs;
        });
    },
    hasGrown: (name) => seen.get(name)?.hasGrown ?? false,
  };
}

interface Seen extends FileState {
  /** The first look that found it as it is. */
  readonly sinceMs: number;
  readonly hasGrown: boolean;
}

function next(before: Seen | undefined, file: FileState, nowMs: number): Seen {
  if (before === undefined) return { ...file, sinceMs: nowMs, hasGrown: false };
  return isSame(before, file)
    ? before
    : { ...file, sinceMs: nowMs, hasGrown: true };
}

/** Nothing was written to the file between the two. */
export function isSame(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.changedMs === b.changedMs;
}
