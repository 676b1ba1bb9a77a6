import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { viewOf } from "./bytes.js";

/**
 * Azure kept live archives as a folder for each track: a file named `header`, with ftyp and moov,
 * and a file for each fragment. Here it is read as one file, the header first and then the fragments
 * by time, so positions count from the begin of the header.
 */

/** What readers need of a file of media; that of the system, or a folder of fragments. */
export interface MediaSource {
  /** Of the file with the moov. */
  readonly fd: number;
  /** The first of several files that is cut off. */
  readonly cutOff?: string | undefined;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  stat(): Promise<{ readonly size: number }>;
  close(): Promise<void>;
}

/** The same for readers that do not wait. */
export interface SyncSource {
  /** Reads up to `length` bytes at `position`; fewer only at the end. */
  readSync(buffer: Uint8Array, length: number, position: number): number;
  closeSync(): void;
}

/** A fragment with the time that its name is. */
export interface NamedFragment {
  readonly name: string;
  readonly time: bigint;
}

/** The names in a folder that belong to its track. */
export interface FolderNames {
  readonly header: string | undefined;
  /** By time. */
  readonly fragments: readonly NamedFragment[];
}

/** Names of fragments are their times. Some makers write those below 0 as large ones. */
const FRAGMENT = /^\d{1,20}$/;

export function folderNames(names: readonly string[]): FolderNames {
  return {
    header: names.find((name) => name.toLowerCase() === "header"),
    fragments: names
      .filter((name) => FRAGMENT.test(name))
      .map((name) => ({ name, time: BigInt.asIntN(64, BigInt(name)) }))
      .sort((a, b) => (a.time < b.time ? -1 : 1)),
  };
}

/** One of the files of a folder, at its place among all. */
interface Part {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A folder of fragments, open for reading. */
export class FragmentFolder implements MediaSource, SyncSource {
  readonly fd: number;
  readonly #parts: readonly Part[];
  #broken: Part | null | undefined;
  /** The part that was read last, and its number. */
  #open: { readonly part: Part; readonly fd: number } | undefined;

  /** @throws Error when it has no header, or cannot be read */
  constructor(folder: string) {
    const { header, fragments } = folderNames(readdirSync(folder));
    if (header === undefined)
      throw new Error(
        "it is not a file, and no folder with a header and its fragments",
      );
    let start = 0;
    this.#parts = [header, ...fragments.map(({ name }) => name)].map((name) => {
      const path = join(folder, name);
      const end = start + statSync(path).size;
      const part = { path, start, end };
      start = end;
      return part;
    });
    this.fd = openSync(join(folder, header), "r");
  }

  get cutOff(): string | undefined {
    return this.#firstBroken()?.path;
  }

  /** Its files up to the first that is cut off: boxes behind that one would be taken for its own. */
  stat(): Promise<{ readonly size: number }> {
    const last = this.#firstBroken() ?? this.#parts.at(-1);
    return Promise.resolve({ size: last?.end ?? 0 });
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number) {
    const into = buffer.subarray(offset, offset + length);
    const bytesRead = this.readSync(into, length, position);
    return Promise.resolve({ bytesRead });
  }

  readSync(buffer: Uint8Array, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const part = this.#partAt(position + done);
      if (part === undefined) break;
      const from = position + done;
      const most = Math.min(length - done, part.end - from);
      const fd = this.#fileOf(part);
      const count = readSync(fd, buffer, done, most, from - part.start);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): Promise<void> {
    this.closeSync();
    return Promise.resolve();
  }

  closeSync(): void {
    closeSync(this.fd);
    if (this.#open) closeSync(this.#open.fd);
    this.#open = undefined;
  }

  /** The first whose boxes do not fill it. */
  #firstBroken(): Part | undefined {
    this.#broken ??= this.#parts.find((part) => !this.#isWhole(part)) ?? null;
    return this.#broken ?? undefined;
  }

  #partAt(position: number): Part | undefined {
    let [low, high] = [0, this.#parts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (position < (this.#parts[middle]?.end ?? 0)) high = middle;
      else low = middle + 1;
    }
    return this.#parts[low];
  }

  /** There may be thousands, and a process may open few of them. */
  #fileOf(part: Part): number {
    if (part.start === 0) return this.fd;
    if (this.#open?.part === part) return this.#open.fd;
    if (this.#open) closeSync(this.#open.fd);
    this.#open = undefined;
    this.#open = { part, fd: openSync(part.path, "r") };
    return this.#open.fd;
  }

  #isWhole(part: Part): boolean {
    const head = Buffer.alloc(16);
    let at = part.start;
    while (at + 8 <= part.end) {
      const view = viewOf(
        head.subarray(0, this.readSync(head, head.length, at)),
      );
      const short = view.getUint32(0);
      if (short === 0) return true;
      const isLong = short === 1 && at + 16 <= part.end;
      const size = isLong ? Number(view.getBigUint64(8)) : short;
      if (size < 8) return false;
      at += size;
    }
    return at === part.end;
  }
}
