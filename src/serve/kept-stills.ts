/** What was made of a fragment: a JPEG, or nothing. */
export interface KeptStill {
  readonly bytes: Buffer | undefined;
  /** When it is tried again, by the clock. */
  readonly untilMs: number;
}

/** Some 20 kB a poster, 5 kB a thumbnail. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What the entry itself takes. */
const ENTRY_BYTES = 512;

/** A full disk, a busy machine or a missing ffmpeg may be mended. */
export const TRY_AGAIN_MS = 60_000;

/** Stills, as long as there is room for them; failures for a minute, or each who asks would start a program. */
export class KeptStills {
  readonly #kept = new Map<string, KeptStill>();
  readonly #nowMs: () => number;
  #bytes = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get(key: string): KeptStill | undefined {
    const found = this.#kept.get(key);
    if (found === undefined || this.#nowMs() < found.untilMs) return found;
    this.#drop(key, found);
    return undefined;
  }

  /** @param bytes undefined for a failure */
  put(key: string, bytes: Buffer | undefined): void {
    const before = this.#kept.get(key);
    if (before !== undefined) this.#drop(key, before);
    const lastsMs = bytes === undefined ? TRY_AGAIN_MS : Infinity;
    const still = { bytes, untilMs: this.#nowMs() + lastsMs };
    this.#kept.set(key, still);
    this.#bytes += sizeOf(still);
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#drop(oldest, old);
    }
  }

  #drop(key: string, still: KeptStill): void {
    this.#kept.delete(key);
    this.#bytes -= sizeOf(still);
  }
}

function sizeOf({ bytes }: KeptStill): number {
  return ENTRY_BYTES + (bytes?.length ?? 0);
}
