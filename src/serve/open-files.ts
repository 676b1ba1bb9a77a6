import { fstatSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { openFile } from "../isobmff/scan.js";
import {
  identityOf,
  type Identity,
  type StatFields,
} from "../util/file-identity.js";

/** A file that bytes are sent from, with its marks from the time its package was read. */
export interface ServedFile extends StatFields {
  readonly path: string;
  readonly identity: Identity;
}

/** The file at a path, with the marks that were found there. */
export function servedFile(path: string, marks: StatFields): ServedFile {
  const { ino, size, mtimeMs } = marks;
  return { path, identity: identityOf(marks), ino, size, mtimeMs };
}

/** An open file. Each `take` or `add` needs a `release`. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly fd: number;
  readonly pace: ReadingSpeed;
}

interface Slot extends OpenFile {
  readonly key: string;
  users: number;
  /** Closed at the last release. */
  isDropped: boolean;
}

/** Above this many, unused files are closed. */
const MOST_OPEN = 256;

/** The file has changed since its package was indexed. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

/**
 * Open files by identity: the old and the new file of one name have separate places, so a reply
 * ends with the bytes of the file it began with.
 */
export class OpenFiles {
  readonly #slots = new Map<string, Slot>();
  readonly #most: number;
  #isClosed = false;

  constructor(most = MOST_OPEN) {
    this.#most = most;
  }

  /** The file, if it is open already. */
  takeOpen(file: ServedFile): OpenFile | undefined {
    const slot = this.#slots.get(keyOf(file));
    if (slot === undefined) return undefined;
    slot.users++;
    return slot;
  }

  /** @throws FileChanged when there is another file now */
  async take(file: ServedFile): Promise<OpenFile> {
    const open = this.takeOpen(file);
    if (open !== undefined) return open;
    const handle = await openFile(file.path).catch((cause: unknown) => {
      throw new FileChanged(file.path, { cause });
    });
    if ((await identityOrClose(handle)) !== file.identity) {
      await handle.close();
      throw new FileChanged(file.path);
    }
    return this.add(file, handle);
  }

  /**
   * Takes over a file that was opened to read its index. At the end of the origin a list may still
   * be reading: its files are closed with their release.
   */
  add(file: ServedFile, handle: FileHandle): OpenFile {
    const key = keyOf(file);
    const other = this.#slots.get(key);
    if (other !== undefined) {
      void handle.close();
      other.users++;
      return other;
    }
    const slot = {
      ...{ key, handle, fd: handle.fd, pace: newPace() },
      ...{ users: 1, isDropped: this.#isClosed },
    };
    if (this.#isClosed) return slot;
    this.#slots.set(key, slot);
    this.#closeSurplus();
    return slot;
  }

  release(file: OpenFile): void {
    const slot = file as Slot;
    slot.users--;
    if (slot.users > 0) return;
    if (slot.isDropped) void slot.handle.close();
    else if (this.#slots.size > this.#most) this.#closeSurplus();
  }

  /** Closes a file of a changed package: kept open it would keep its space on the disk. */
  drop(file: ServedFile): void {
    const slot = this.#slots.get(keyOf(file));
    if (slot !== undefined) this.#drop(slot);
  }

  /** Closes all files, those in use with their release. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    for (const slot of slots) slot.isDropped = true;
    const unused = slots.filter(({ users }) => users === 0);
    await Promise.all(unused.map(async ({ handle }) => handle.close()));
  }

  /** Closes the files opened first; a request opens them again. */
  #closeSurplus(): void {
    for (const slot of this.#slots.values()) {
      if (this.#slots.size <= this.#most) return;
      if (slot.users === 0) this.#drop(slot);
    }
  }

  #drop(slot: Slot): void {
    this.#slots.delete(slot.key);
    slot.isDropped = true;
    if (slot.users === 0) void slot.handle.close();
  }
}

async function identityOrClose(handle: FileHandle): Promise<Identity> {
  try {
    return identityOf(fstatSync(handle.fd));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function keyOf({ path, identity }: ServedFile): string {
  return `${identity} ${path}`;
}

/** Is the open file unchanged? Its inode is in memory: the check needs no disk, and takes a microsecond. */
export function isUnchanged(open: OpenFile, file: ServedFile): boolean {
  const { ino, size, mtimeMs } = fstatSync(open.fd);
  return mtimeMs === file.mtimeMs && size === file.size && ino === file.ino;
}

/** A longer read came from a disk and not from memory. */
const SLOW_MS = 2;

/** So many slow reads in a row are no accident: a busy machine makes one slow now and then. */
const SLOW_IN_A_ROW = 3;

/** How long other threads then read a file: ever longer, while reads stay slow. */
const FIRST_AWAY_MS = 1000;
const LONGEST_AWAY_MS = 32_000;

/** The recent reading speed of a file. */
interface ReadingSpeed {
  slowInARow: number;
  awayUntilMs: number;
  /** How long other threads read the file next time. */
  awayMs: number;
}

function newPace(): ReadingSpeed {
  return { slowInARow: 0, awayUntilMs: 0, awayMs: FIRST_AWAY_MS };
}

/** Records a finished read. */
export function setPace(
  pace: ReadingSpeed,
  beganMs: number,
  nowMs: number,
): void {
  if (nowMs - beganMs <= SLOW_MS) {
    pace.slowInARow = 0;
    if (nowMs > pace.awayUntilMs + pace.awayMs) pace.awayMs = FIRST_AWAY_MS;
    return;
  }
  if (++pace.slowInARow < SLOW_IN_A_ROW) return;
  pace.slowInARow = SLOW_IN_A_ROW - 1;
  pace.awayUntilMs = nowMs + pace.awayMs;
  pace.awayMs = Math.min(2 * pace.awayMs, LONGEST_AWAY_MS);
}

/** Must other threads read the file for now? */
export function isAway({ awayUntilMs }: ReadingSpeed): boolean {
  return awayUntilMs > 0 && performance.now() < awayUntilMs;
}
