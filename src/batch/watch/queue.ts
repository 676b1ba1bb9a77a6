import { packageName } from "../../plan/package-name.js";
import { nameKey } from "../../util/paths.js";

/** A finished file, with its rival and its tries. */
export interface TakenFile {
  readonly file: FileState;
  /** Another file in the folder that would make the same package, and goes first. */
  readonly rival: string | undefined;
  /** The number of earlier tries with the same content. */
  readonly tries: number;
}

/** The order of the files of a watch folder. */
export interface Queue {
  /**
   * Notes the result of a look into the folder.
   *
   * @param nowMs on a clock that is never set back
   */
  note(files: readonly FileState[], nowMs: number): void;
  /** The next finished file, which no other worker gets; undefined when there is none. */
  take(): TakenFile | undefined;
  /**
   * Ends the work on a file.
   *
   * @param againMs when it may be taken again even though it has not changed
   */
  release(file: FileState, againMs: number): void;
  /** Whether no file of the first look is left to take: each is done, gone, or still growing. */
  isFirstLookDone(): boolean;
  /** Files of the first look that are still growing. */
  unfinished(): string[];
}

/**
 * @param settleMs a file is finished when it has not changed for this long
 * @param keyOf a key that is equal for files that would make the same package
 * @param onlyFirst take no file that came or changed after the first look
 */
export function openQueue(
  settleMs: number,
  onlyFirst: boolean,
  keyOf: PackageKey = (name) => nameKey(packageName(name)),
): Queue {
  const settled = settleTable(settleMs);
  const taken = new Set<string>();
  const worked = new Map<string, TriedFile>();
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
    const file = present.find((candidate) => candidate.name === name);
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
        (candidate) =>
          finished.has(candidate.name) &&
          !taken.has(candidate.name) &&
          mayCome(candidate.name) &&
          !isWorked(candidate),
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

/** The facts about a file that was tried. */
interface TriedFile {
  readonly file: FileState;
  readonly againMs: number;
  readonly tries: number;
}

const NEVER_WORKED = { againMs: -Infinity, tries: 0 };

/**
 * Of files seen together that would make the same package, the first goes; it is the rival
 * of the others.
 */
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

/** A file in the watch folder, at one look. */
export interface FileState {
  /** Its path in the watch folder. */
  readonly name: string;
  readonly size: number;
  /** The last change of its content, in milliseconds. */
  readonly changedMs: number;
}

interface SettleTable {
  /**
   * Notes the result of a look.
   *
   * @param nowMs on a clock that is never set back
   * @returns names of the files that have not changed for long enough
   */
  look(files: readonly FileState[], nowMs: number): string[];
  /** Whether a file has changed since it was first seen: then it is still being written. */
  hasGrown(name: string): boolean;
}

/**
 * Finds the finished files: their size and time have stayed the same over looks that are
 * `settleMs` apart. The time alone is not enough: the clock of a network disk may differ,
 * and copies keep their old times.
 */
export function settleTable(settleMs: number): SettleTable {
  let seen = new Map<string, SeenFile>();
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

interface SeenFile extends FileState {
  /** The time of the first look that found it in this state. */
  readonly sinceMs: number;
  readonly hasGrown: boolean;
}

function next(
  before: SeenFile | undefined,
  file: FileState,
  nowMs: number,
): SeenFile {
  if (before === undefined) return { ...file, sinceMs: nowMs, hasGrown: false };
  return isSameState(before, file)
    ? before
    : { ...file, sinceMs: nowMs, hasGrown: true };
}

/** Whether the file is unchanged between the two looks. */
export function isSameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.changedMs === b.changedMs;
}
