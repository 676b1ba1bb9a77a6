import { readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { fragmentSpan, type TrackReader } from "./track-reader.js";

/** The size of a moof of a few seconds and of the messages (SEI) in front of the first picture. */
const HEAD_SIZE = 8192;

/** A larger moof is not believed: 100,000 samples in a fragment take 1.2 MB. */
const MAX_HEAD_SIZE = 16 * 1024 * 1024;

/** After this many fragments other work gets its turn: signals, a server's requests. */
const FRAGMENTS_A_TURN = 16;

/**
 * Visits the first bytes of fragments in turn, at least the whole moof if there is one: `head` is
 * valid during the visit. Reads synchronously: a film has ten thousand fragments, and waiting for a
 * thread for each takes three times as long as all the rest of the check. No generator: each step
 * of an asynchronous one leaves a kilobyte of garbage.
 *
 * @param isWhole all fragments, not only the first and the last one
 */
export async function visitHeads(
  reader: TrackReader,
  isWhole: boolean,
  signal: AbortSignal | undefined,
  visit: (i: number, head: Uint8Array) => void,
): Promise<void> {
  const room = ROOMS.pop() ?? new Uint8Array(WINDOW_SIZE);
  const window = new HeadWindow(reader, room);
  const last = reader.index.length - 1;
  try {
    for (let i = 0; i <= last; i += isWhole ? 1 : Math.max(1, last)) {
      if (i % FRAGMENTS_A_TURN === 0) await setImmediate();
      throwIfAborted(signal);
      visit(i, window.head(i));
    }
  } finally {
    ROOMS.push(room);
  }
}

/** For the next track: the collector frees large buffers late. */
const ROOMS: Uint8Array[] = [];

/** A whole fragment whose head is read already. */
export function readWhole(
  reader: TrackReader,
  i: number,
  head: Uint8Array,
): Uint8Array {
  const { begin, end } = fragmentSpan(reader, i);
  if (head.length >= end - begin) return head;
  return readInto(Buffer.allocUnsafe(end - begin), reader.file.fd, begin);
}

/** Fragments of captions are small: one read serves hundreds. */
const WINDOW_SIZE = 256 * 1024;

class HeadWindow {
  readonly #buffer = Buffer.allocUnsafe(HEAD_SIZE);
  /** For small fragments. */
  #window: Uint8Array = new Uint8Array();
  #begin = 0;
  /** Where the small fragment before ends. */
  #next = -1;

  /** @param room of WINDOW_SIZE bytes */
  constructor(
    private readonly reader: TrackReader,
    private readonly room: Uint8Array,
  ) {}

  head(i: number): Uint8Array {
    const { begin, end } = fragmentSpan(this.reader, i);
    const extent = Math.max(0, end - begin);
    const { fd } = this.reader.file;
    if (extent <= HEAD_SIZE) return this.#small(begin, extent);
    const head = readInto(this.#buffer, fd, begin);
    if (head.length < 8) return head;
    const moofSize = viewOf(head).getUint32(0);
    const wanted = Math.min(moofSize + HEAD_SIZE / 2, extent, MAX_HEAD_SIZE);
    if (wanted <= head.length) return head;
    return readInto(Buffer.allocUnsafe(wanted), fd, begin);
  }

  #small(begin: number, extent: number): Uint8Array {
    const end = this.#begin + this.#window.length;
    if (begin < this.#begin || begin + extent > end)
      this.#move(begin, begin === this.#next ? WINDOW_SIZE : extent);
    this.#next = begin + extent;
    const from = begin - this.#begin;
    return this.#window.subarray(from, from + extent);
  }

  #move(begin: number, length: number): void {
    const wanted = this.room.subarray(0, length);
    this.#window = readInto(wanted, this.reader.file.fd, begin);
    this.#begin = begin;
  }
}

function readInto(
  buffer: Uint8Array,
  fd: number,
  position: number,
): Uint8Array {
  const read = readSync(fd, buffer, 0, buffer.length, position);
  return buffer.subarray(0, read);
}
