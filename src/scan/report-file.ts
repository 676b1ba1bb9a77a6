import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { outputError } from "../errors.js";
import { readAt } from "../isobmff/scan.js";
import { freshName } from "../util/files.js";
import { scanCsvHead, scanCsvRow } from "./csv.js";
import { pageRow } from "./page/columns.js";
import { pageParts, type PageFacts } from "./page/page.js";
import type { ScanRow } from "./row.js";

/** A report that grows with the scan, and appears when it is whole. */
export interface ReportFile {
  add(row: ScanRow): Promise<void>;
  finish(facts: PageFacts): Promise<void>;
  /** Removes what is not finished. */
  close(): Promise<void>;
}

/** A row for each package. @throws PackError `output` */
export async function csvFile(path: string): Promise<ReportFile> {
  const file = await Growing.open(path, "--csv FILE");
  await file.write(scanCsvHead());
  return {
    add: async (row) => file.write(scanCsvRow(row)),
    finish: async () => file.publish(),
    close: async () => file.close(),
  };
}

/**
 * One page without network. Its rows wait in a file of their own, as the totals stand before
 * them. @throws PackError `output`
 */
export async function pageFile(path: string): Promise<ReportFile> {
  const file = await Growing.open(path, "--html FILE");
  const rows = await Growing.open(`${path}.rows`, "--html FILE");
  return {
    add: async (row) => rows.write(pageRow(row)),
    async finish(facts) {
      const [head, end] = pageParts(facts);
      await file.write(head);
      await file.copy(rows);
      await file.write(end);
      await file.publish();
    },
    async close() {
      await file.close();
      await rows.close();
    },
  };
}

/** Bytes that are copied at a time. */
const PIECE = 1024 * 1024;

/** A new file beside the old one, which it replaces when it is whole. */
class Growing {
  #end = 0;
  #isOpen = true;

  private constructor(
    readonly path: string,
    private readonly option: string,
    private readonly file: FileHandle,
  ) {}

  static async open(path: string, option: string): Promise<Growing> {
    const file = await open(freshName(path), "w+").catch((cause: unknown) => {
      throw outputError(path, cause, option);
    });
    return new Growing(path, option, file);
  }

  async write(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    try {
      await this.file.write(bytes, 0, bytes.length, this.#end);
    } catch (cause) {
      throw outputError(this.path, cause, this.option);
    }
    this.#end += bytes.length;
  }

  async copy(other: Growing): Promise<void> {
    for (let at = 0; at < other.#end; at += PIECE)
      await this.write(await readAt(other.file, at, PIECE));
  }

  async publish(): Promise<void> {
    await this.file.sync();
    await this.file.close();
    this.#isOpen = false;
    await rename(freshName(this.path), this.path);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    await this.file.close();
    await rm(freshName(this.path), { force: true });
  }
}
