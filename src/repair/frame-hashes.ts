/** Bytes of an MD5. */
const HASH = 16;

/**
 * The hashes of a track's frames, in order, with the times at which they are shown: columns, as a film has hundreds of
 * thousands.
 */
export class FrameHashes {
  #bytes = Buffer.alloc(HASH * 1024);
  #times = new BigInt64Array(1024);
  count = 0;

  /** @param hash 32 hex digits */
  push(hash: string, time: bigint): void {
    const at = this.count * HASH;
    if (at === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(at)]);
      const times = new BigInt64Array(2 * this.count);
      times.set(this.#times);
      this.#times = times;
    }
    this.#bytes.write(hash, at, HASH, "hex");
    this.#times[this.count++] = time;
  }

  /** Of each frame, as ffmpeg gives it. */
  get times(): BigInt64Array {
    return this.#times.subarray(0, this.count);
  }

  /** The hashes whose numbers pass a test. */
  filter(isKept: (i: number) => boolean): FrameHashes {
    const kept = new FrameHashes();
    for (let i = 0; i < this.count; i++)
      if (isKept(i))
        kept.push(this.#at(i).toString("hex"), this.#times[i] ?? 0n);
    return kept;
  }

  /** Where all hashes of another track stand in this one, in a row; -1: nowhere. */
  placeOf(other: FrameHashes): number {
    const length = other.count * HASH;
    const wanted = other.#bytes.subarray(0, length);
    for (let i = 0; i + other.count <= this.count; i++) {
      const from = i * HASH;
      if (this.#bytes.compare(wanted, 0, length, from, from + length) === 0)
        return i;
    }
    return -1;
  }

  #at(i: number): Buffer {
    return this.#bytes.subarray(i * HASH, (i + 1) * HASH);
  }
}
