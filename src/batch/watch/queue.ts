import { packageName } from "../../plan/package-name.js";
import { nameKey } from "../../util/paths.js";

/** A finished file, and its trouble when there is one. */
export interface Taken {
  readonly file: FileState;
  /** Another file in the folder whose package has the same name, and goes first. */
  readonly rival: string | undefined;
  /** How often it was tried before, as it is now. */
  readonly tries: number;
}

/** Which file of the watch folder is the next. */
export interface Queue {
  /**
   * Notes what a look into the folder has found.
   *
   * @param nowMs on a clock that is never set back
   */
  note(files: readonly FileState[], nowMs: number): void;
  /** The next finished file, which is then nobody else's; undefined when there is none. */
  take(): Taken | undefined;
  /**
   * The work on a file is over.
   *
   * @param againMs when it may be taken again though it has not changed
   */
  release(file: FileState, againMs: number): void;
  /** Of the files of the first look: is none left that will ever be finished? */
  isFirstLookDone(): boolean;
  /** Files of the first look that are still being written. */
  unfinished(): string[];
}

/**
 * @param settleMs a file that has not changed for so long is finished
 * @param keyOf what is the same for files whose packages would be one
 * @param onlyFirst take nothing that came or was written to after the first look
 */
export function openQueue(
  settleMs: number,
  onlyFirst: boolean,
  keyOf: PackageKey = (name) => nameKey(packageName(name)),
): Queue {
  const settled = settleTable(settleMs);
  const taken = new Set<string>();
  const worked = new Map<string, Worked>();
  const rivals = new Map<string, string>();
  let first: readonly string[] | undefined;
  let present: readonly FileState[] = [];
  let finished = new Set<string>();
  let clockMs = 0;

  const workedAs = (file: FileState) => {
    const before = worked.get(file.name);
    return before && isSameState(before.file, file) ? before : NEVER_WORKED;
  };
  const isWorked = (file: FileState) => clockMs < workedAs(file).againMs;
  const mayCome = (name: string) =>
    !onlyFirst || (first?.includes(name) && !settled.hasGrown(name));
  const isOver = (name: string) => {
    const file = present.find((found) => found.name === name);
    return file === undefined || isWorked(file) || settled.hasGrown(name);
  };
  return {
    note(files, nowMs) {
      clockMs = nowMs;
      present = files;
      first ??= files.map(({ name }) => name);
      finished = new Set(settled.look(files, nowMs));
      const isTaken = ({ name }: FileState) => taken.has(name);
      const inOrder = [
        ...files.filter(isTaken),
        ...files.filter((file) => !isTaken(file)),
      ];
      noteRivals(rivals, inOrder, keyOf);
      for (const name of worked.keys())
        if (!files.some((file) => file.name === name)) worked.delete(name);
    },
    take() {
      const file = present.find(
        (found) =>
          finished.has(found.name) &&
          !taken.has(found.name) &&
          mayCome(found.name) &&
          !isWorked(found),
      );
      if (file === undefined) return undefined;
      taken.add(file.name);
      const { tries } = workedAs(file);
      return { file, rival: rivals.get(file.name), tries };
    },
    release(file, againMs) {
      taken.delete(file.name);
      const tries = workedAs(file).tries + 1;
      worked.set(file.name, { file, againMs, tries });
    },
    isFirstLookDone: () => taken.size === 0 && !!first?.every(isOver),
    unfinished: () => (first ?? []).filter((name) => settled.hasGrown(name)),
  };
}

type PackageKey = (name: string) => string;

/** What is known of a file that was tried. */
interface Worked {
  readonly file: FileState;
  readonly againMs: number;
  readonly tries: number;
}

const NEVER_WORKED = { againMs: -Infinity, tries: 0 };

/** Of files seen together whose packages would be one, the first goes; the others are told of it. */
function noteRivals(
  rivals: Map<string, string>,
  files: readonly FileState[],
  keyOf: PackageKey,
): void {
  const present = new Set(files.map(({ name }) => name));
  for (const name of rivals.keys()) if (!present.has(name)) rivals.delete(name);
  const owners = new Map<string, string>();
  for (const { name } of files) {
    const key = keyOf(name);
    const owner = owners.get(key);
    if (owner === undefined && !rivals.has(name)) owners.set(key, name);
    else if (owner !== undefined) rivals.set(name, owner);
  }
}

/** A file in the watch folder, as one look found it. */
export interface FileState {
  /** Its path in the watch folder. */
  readonly name: string;
  readonly size: number;
  /** Of its content, in milliseconds. */
  readonly changedMs: number;
}

interface SettleTable {
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
  return isSameState(before, file)
    ? before
    : { ...file, sinceMs: nowMs, hasGrown: true };
}

/** Nothing was written to the file between the two. */
export function isSameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.changedMs === b.changedMs;
}
