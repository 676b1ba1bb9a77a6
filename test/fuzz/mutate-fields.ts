import type { Random } from "./random.js";

/** The messages before a picture, or triples of cc_data. */
export interface FieldBytes {
  readonly time: number;
  readonly bytes: Buffer;
  readonly isPacket: boolean;
}

/** A frame of 29.97 a second, in ticks of 100 ns. */
const FRAME = 333_667;

/** Captions that pop on, roll up and are painted on, as pairs with parity. */
const SCRIPTS = [
  "9420 94ae 9470 c8e5 ecec ef80 942f 8080 942c 9420 91ae 91d0 4f6e e580 942f 942c",
  "9425 94ad 9470 c8e5 ecec ef80 94ad f7ef f2ec 6480 94a7 94ad 9723 c180 942c",
  "9429 9470 9132 c8e5 97a2 ecec 1130 12a7 91b0 9220 92ae ef80 94f2 942c",
].map((script) => script.split(" "));

/** Pairs that readers trip over: rows, tabs, colours, letters of two bytes, the other channel, no pairs. */
// prettier-ignore
const TRAPS = [
  "9420", "9425", "94a7", "9429", "942f", "942c", "94ae", "94ad", "1c20", "1c2f", "1c25", "15a7", "97a1", "97a2", "9723",
  "91a1", "91ae", "91b0", "9132", "1320", "13ff", "1040", "107f", "167f", "0000", "8080", "ffff", "7f7f", "1111", "0101",
] as const;

/** Pictures with a damaged script in their messages, in decoding order. */
export function mutateFields(random: Random): FieldBytes[] {
  const pairs = Array.from({ length: 1 + random.below(4) }, () =>
    random.pick(SCRIPTS),
  ).flat();
  for (let i = random.below(12); i > 0; i--)
    pairs.splice(
      random.below(pairs.length + 1),
      random.below(3),
      random.pick(TRAPS),
    );
  if (random.below(8) === 0)
    pairs.push(
      ...Array<string>(random.pick([40, 2000])).fill(random.pick(TRAPS)),
    );
  const isPacket = random.below(3) === 0;
  return pairs.map((pair, i) => {
    const field = random.below(6) === 0 ? random.below(4) : 0;
    const triple = Buffer.from([0xfc | field, ...Buffer.from(pair, "hex")]);
    const bytes = isPacket ? triple : messageOf(triple, random);
    return { time: timeOf(i, random), bytes: damaged(bytes, random), isPacket };
  });
}

/** B-frames come late, and some times are not possible in a film. */
function timeOf(i: number, random: Random): number {
  if (random.below(50) === 0)
    return random.pick([0, -FRAME, 199_999_999, 1e12, 2 ** 52]);
  return Math.max(0, i + random.below(3) - 1) * FRAME;
}

/** A NAL unit with its length. ANSI/SCTE 128-1 8.1; ISO/IEC 14496-10 D.1.6 */
function messageOf(triple: Buffer, random: Random): Buffer {
  const count = random.below(20) === 0 ? random.below(32) : 1;
  const payload = Buffer.concat([
    Buffer.from([0xb5, 0, 0x31, 0x47, 0x41, 0x39, 0x34, 3, 0xc0 | count, 0xff]),
    triple,
    Buffer.from([0xff]),
  ]);
  const size = random.below(20) === 0 ? random.below(256) : payload.length;
  const unit = Buffer.concat([
    Buffer.from([6, 4, size]),
    payload,
    Buffer.from([0x80]),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(
    random.below(40) === 0 ? random.below(2 ** 31) : unit.length,
  );
  return Buffer.concat([length, unit]);
}

function damaged(bytes: Buffer, random: Random): Buffer {
  if (random.below(15) !== 0) return bytes;
  if (random.below(2) === 0)
    return bytes.subarray(0, random.below(bytes.length + 1));
  const other = Buffer.from(bytes);
  other[random.below(other.length)] = random.below(256);
  return other;
}
