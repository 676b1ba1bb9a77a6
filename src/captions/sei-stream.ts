import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { SampleBytes } from "./cea608.js";

/** ffmpeg's filter that leaves nothing but SEI messages in H.264. ISO/IEC 14496-10 table 7-1 */
export const SEI_ALONE = "filter_units=pass_types=6";

/** A packet of ffmpeg's table: when it is shown, and how many bytes it has. */
interface Packet {
  readonly time: Ticks;
  readonly size: number;
}

/**
 * Puts two outputs of ffmpeg together: `framecrc`, a line for each packet, and `rawvideo`, the
 * bytes of all packets one after another.
 */
export class SeiStream {
  readonly #packets: Packet[] = [];
  #line = "";
  #bytes = Buffer.alloc(0);
  /** Seconds of a tick. */
  #base = 1;

  constructor(
    private readonly clock: (time: Ticks) => Ticks,
    private readonly onSample: (sample: SampleBytes) => void,
  ) {}

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
    const [, , pts = NaN, , size = NaN] = fields;
    if (line.startsWith("#") || Number.isNaN(size)) return;
    const isTimed = Number.isSafeInteger(pts);
    const time = Math.round(pts * this.#base * SMOOTH_TIMESCALE);
    // A packet without a time is passed over, with its bytes.
    this.#packets.push({ time: isTimed ? this.clock(time) : NaN, size });
  }

  #match(): void {
    let [done, at] = [0, 0];
    for (const { time, size } of this.#packets) {
      if (at + size > this.#bytes.length) break;
      const bytes = this.#bytes.subarray(at, (at += size));
      done++;
      if (!Number.isNaN(time))
        this.onSample({ time, bytes: withLengths(bytes) });
    }
    this.#packets.splice(0, done);
    this.#bytes = this.#bytes.subarray(at);
  }
}

/** Units after start codes become units after their lengths. ISO/IEC 14496-10 annex B */
function withLengths(bytes: Buffer): Uint8Array {
  const units: Buffer[] = [];
  let begin = afterStartCode(bytes, 0);
  while (begin >= 0) {
    const next = afterStartCode(bytes, begin);
    const end = next < 0 ? bytes.length : next - 3;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(end - begin);
    units.push(length, bytes.subarray(begin, end));
    begin = next;
  }
  return Buffer.concat(units);
}

const START_CODE = Buffer.from([0, 0, 1]);

function afterStartCode(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(START_CODE, from);
  return at < 0 ? -1 : at + START_CODE.length;
}
