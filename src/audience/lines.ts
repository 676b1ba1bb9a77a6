/** Longer lines are no lines of an access log: servers take addresses and headers of 32 kB at most. */
export const LONGEST_LINE = 65_536;

const LINE_FEED = 0x0a;

/** Cuts bytes into lines, and never holds more than {@link LONGEST_LINE} of one. */
export class LineSplitter {
  /** Lines that were too long, and left out. */
  tooLong = 0;
  /** The begin of a line whose end has not come. */
  #rest = Buffer.alloc(0);
  /** Within a line that is too long already. */
  #isSkipping = false;

  /** The lines that end in these bytes, without empty ones. The bytes are not kept. */
  push(bytes: Uint8Array): string[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const lines: string[] = [];
    let begin = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, begin);
      if (end < 0) break;
      this.#end(chunk.subarray(begin, end), lines);
      begin = end + 1;
    }
    this.#keep(chunk.subarray(begin));
    return lines;
  }

  /** The last line, when no line feed ends it. */
  finish(): string[] {
    const lines: string[] = [];
    if (this.#rest.length > 0 || this.#isSkipping)
      this.#end(Buffer.alloc(0), lines);
    return lines;
  }

  #end(tail: Buffer, lines: string[]): void {
    const isLong = this.#rest.length + tail.length > LONGEST_LINE;
    if (this.#isSkipping || isLong) {
      this.tooLong += 1;
    } else {
      const line =
        this.#rest.length > 0 ? Buffer.concat([this.#rest, tail]) : tail;
      const text = line.toString("utf8").trim();
      if (text !== "") lines.push(text);
    }
    this.#rest = Buffer.alloc(0);
    this.#isSkipping = false;
  }

  #keep(begin: Buffer): void {
    if (this.#isSkipping || begin.length === 0) return;
    this.#isSkipping = this.#rest.length + begin.length > LONGEST_LINE;
    this.#rest = this.#isSkipping
      ? Buffer.alloc(0)
      : Buffer.concat([this.#rest, begin]);
  }
}
