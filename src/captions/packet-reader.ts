import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";

/**
 * Two outputs of ffmpeg that give the packets of one stream with their times: `framecrc`, a line for
 * each packet, and `data`, the bytes of all packets one after another.
 *
 * @param options of both, which choose and change the stream
 */
export function packetOutputs(options: readonly string[]): string[][] {
  return ["framecrc", "data"].map((muxer) => [...options, "-f", muxer]);
}

/** A packet of ffmpeg's table: when it is shown, and how many bytes it has. */
interface Packet {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly size: number;
}

export type OnPacket = (time: Ticks, packet: Buffer, duration: Ticks) => void;

/** Puts both outputs together. */
export class PacketReader {
  readonly #packets: Packet[] = [];
  #line = "";
  #bytes = Buffer.alloc(0);
  /** Seconds of a tick. */
  #base = 1;

  constructor(private readonly onPacket: OnPacket) {}

  /** Each takes the bytes of one output. */
  get sinks(): ((bytes: Buffer) => void)[] {
    return [this.addTable.bind(this), this.addBytes.bind(this)];
  }

  addTable(bytes: Buffer): void {
    const lines = (this.#line + bytes.toString("latin1")).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) this.#addLine(line);
    this.#match();
  }

  addBytes(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#match();
  }

  /** `0, dts, pts, duration, size, sum`, behind `#tb 0: 1/90000`. */
  #addLine(line: string): void {
    const [, num, den] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
    if (num !== undefined) this.#base = Number(num) / Number(den);
    const fields = line.split(",").map(Number);
    const [, , pts = NaN, lasts = 0, size = NaN] = fields;
    if (line.startsWith("#") || Number.isNaN(size)) return;
    const isTimed = Number.isSafeInteger(pts);
    const [time = 0, duration = 0] = [pts, lasts].map((value) =>
      Math.round(value * this.#base * SMOOTH_TIMESCALE),
    );
    // A packet without a time is passed over, with its bytes.
    this.#packets.push({ time: isTimed ? time : NaN, duration, size });
  }

  #match(): void {
    let [done, at] = [0, 0];
    for (const { time, duration, size } of this.#packets) {
      if (at + size > this.#bytes.length) break;
      const packet = this.#bytes.subarray(at, (at += size));
      done++;
      if (!Number.isNaN(time)) this.onPacket(time, packet, duration);
    }
    this.#packets.splice(0, done);
    this.#bytes = this.#bytes.subarray(at);
  }
}
