import { open, rename, stat, type FileHandle } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { outputError, PackError } from "../errors.js";
import { readAt } from "../isobmff/scan.js";
import { freshName } from "../util/files.js";
import { version } from "../util/install.js";
import type { ScanRow } from "./row.js";

/** The first line of a state file; other files are never written to. */
interface Head {
  readonly type: "mss-pack scan";
  /** Of mss-pack: another version may say other things of the same files. */
  readonly version: string;
}

interface Line {
  readonly stamp: string;
  readonly row: ScanRow;
}

/** Where the newest line of a package lies in the file. */
interface Place {
  readonly at: number;
  readonly bytes: number;
}

/**
 * What earlier scans found, in a file of a line for each package. Only places are in memory, so
 * that a scan of any length takes the same.
 */
export class ScanState {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #places: Map<string, Place>;
  readonly #seen = new Set<string>();
  #end: number;

  private constructor(
    path: string,
    file: FileHandle,
    places: Map<string, Place>,
    end: number,
  ) {
    this.#path = path;
    this.#file = file;
    this.#places = places;
    this.#end = end;
  }

  /**
   * Opens a state file, or makes one.
   *
   * @throws PackError `usage` when it is another kind of file, `output` when it cannot be written
   */
  static async open(path: string): Promise<ScanState> {
    const { places, end, isOld } = await readPlaces(path);
    const file = await open(path, isOld || end === 0 ? "w+" : "r+").catch(
      (cause: unknown) => {
        throw outputError(path, cause, "--resume FILE");
      },
    );
    const state = new ScanState(path, file, places, isOld ? 0 : end);
    if (state.#end === 0) await state.#write(`${JSON.stringify(head())}\n`);
    return state;
  }

  /**
   * What is known of a package.
   *
   * @returns undefined when its files have changed, or more of it shall be read
   */
  async find(
    path: string,
    stamp: string,
    isDeep: boolean,
  ): Promise<ScanRow | undefined> {
    this.#seen.add(path);
    const place = this.#places.get(path);
    if (place === undefined) return undefined;
    const bytes = await readAt(this.#file, place.at, place.bytes);
    const line = parsed(Buffer.from(bytes).toString()) as Line | undefined;
    const isKnown = line?.stamp === stamp && (line.row.isDeep || !isDeep);
    return isKnown ? line.row : undefined;
  }

  async add(stamp: string, row: ScanRow): Promise<void> {
    const line: Line = { stamp, row };
    const at = this.#end;
    const bytes = await this.#write(`${JSON.stringify(line)}\n`);
    this.#places.set(row.package, { at, bytes });
  }

  /** Ends a scan that saw all packages: those that are gone, and old lines, are left out. */
  async finish(): Promise<void> {
    const fresh = freshName(this.#path);
    const copy = await open(fresh, "w");
    try {
      await copy.write(`${JSON.stringify(head())}\n`);
      for (const [path, { at, bytes }] of this.#places)
        if (this.#seen.has(path))
          await copy.write(await readAt(this.#file, at, bytes));
    } finally {
      await copy.close();
    }
    await rename(fresh, this.#path);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(text: string): Promise<number> {
    const bytes = Buffer.from(text);
    const at = this.#end;
    this.#end += bytes.length;
    try {
      await this.#file.write(bytes, 0, bytes.length, at);
    } catch (cause) {
      throw outputError(this.#path, cause, "--resume FILE");
    }
    return bytes.length;
  }
}

function head(): Head {
  return { type: "mss-pack scan", version: version() };
}

/**
 * Finds the newest line of each package. A last line that was cut off, by a power cut, does not
 * count and is written over.
 */
async function readPlaces(path: string) {
  const places = new Map<string, Place>();
  const stats = await stat(path).catch(() => undefined);
  const none = { places, end: 0, isOld: false };
  if (stats === undefined || stats.size === 0) return none;
  if (!stats.isFile()) throw notOurs(path);
  const lines = createInterface({ input: createReadStream(path) });
  let [at, end] = [0, 0];
  for await (const line of lines) {
    const bytes = Buffer.byteLength(line) + 1;
    if (at === 0) {
      const first = (line.length < MOST_HEAD ? parsed(line) : undefined) as
        Partial<Head> | undefined;
      if (first?.type !== "mss-pack scan") throw notOurs(path);
      if (first.version !== version()) return { ...none, isOld: true };
    } else {
      const name = (parsed(line) as Line | undefined)?.row.package;
      if (name === undefined) break;
      places.set(name, { at, bytes });
    }
    at += bytes;
    end = at;
  }
  return { places, end, isOld: false };
}

const MOST_HEAD = 200;

function notOurs(path: string): PackError {
  return new PackError(
    "usage",
    `--resume ${path}: is not a file of an earlier scan. Expected one, or a new name.`,
    { facts: { file: path } },
  );
}

/** Undefined for a line that was not written whole. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
