import { closeSync, openSync } from "node:fs";
import { WRITE_SIZE } from "./file-writer.js";
import { ReadWindow } from "./read-window.js";

/** What a thread keeps for all its parts: open files and buffers. */
export class Desk {
  readonly window = new ReadWindow();
  readonly #open = new Map<string, number>();
  readonly #buffers: Buffer[] = [];

  /** @throws what the system says */
  open(path: string, flags: "r" | "r+"): number {
    const file = this.#open.get(path) ?? openSync(path, flags);
    this.#open.set(path, file);
    return file;
  }

  /** The buffer of the n-th writer of a part. */
  buffer(n: number): Buffer {
    return (this.#buffers[n] ??= Buffer.allocUnsafeSlow(WRITE_SIZE));
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }
}
