import type { TimedBytes } from "./packets.js";
import type { Random } from "./random.js";

/** By ffmpeg's names; `eia_608` is a track of its own. */
export type FieldCodec = "h264" | "hevc" | "mpeg2video" | "eia_608";

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

/** The packets of pictures with a damaged script in their messages, in decoding order. */
export function mutateFields(codec: FieldCodec, random: Random): TimedBytes[] {
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
  return pairs.map((pair, i) => {
    const field = random.below(6) === 0 ? random.below(4) : 0;
    const triple = Buffer.from([0xfc | field, ...Buffer.from(pair, "hex")]);
    const bytes = damaged(packetOf(codec, triple, random), random);
    return { time: timeOf(i, random), duration: FRAME, bytes };
  });
}

/** B-frames come late, and some times are not possible in a film. */
function timeOf(i: number, random: Random): number {
  if (random.below(50) === 0)
    return random.pick([0, -FRAME, 199_999_999, 1e12, 2 ** 52, NO_TIME]);
  return Math.max(0, i + random.below(3) - 1) * FRAME;
}

/** AV_NOPTS_VALUE, as ffmpeg writes it. */
const NO_TIME = -(2 ** 63);

const START_CODE = [0, 0, 0, 1];

/** What ffmpeg lets through of a picture: now and then nothing, or several units. */
function packetOf(codec: FieldCodec, triple: Buffer, random: Random): Buffer {
  if (codec === "eia_608") return triple;
  const count = random.below(20) === 0 ? random.below(32) : 1;
  const captions = Buffer.from([
    ...[0x47, 0x41, 0x39, 0x34, 3, 0xc0 | count, 0xff],
    ...triple,
    0xff,
  ]);
  const unit =
    codec === "mpeg2video"
      ? Buffer.from([...START_CODE.slice(1), 0xb2, ...captions])
      : Buffer.from([...START_CODE, ...messageOf(codec, captions, random)]);
  const units = random.below(20) === 0 ? random.below(4) : 1;
  return Buffer.concat(Array<Buffer>(units).fill(unit));
}

/** User data of the USA in a message of its own. ANSI/SCTE 128-1 8.1; ISO/IEC 14496-10 D.1.6; ISO/IEC 23008-2 table 7-1 */
function messageOf(
  codec: FieldCodec,
  captions: Buffer,
  random: Random,
): number[] {
  const payload = [0xb5, 0, 0x31, ...captions];
  const header = codec === "hevc" ? [random.pick([39, 40]) << 1, 1] : [6];
  const size = random.below(20) === 0 ? random.below(256) : payload.length;
  return [...header, 4, size, ...payload, 0x80];
}

/** Bytes lost, changed, or far too many of one: a size of 255 goes on in the next byte. */
function damaged(bytes: Buffer, random: Random): Buffer {
  if (random.below(15) !== 0 || bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const way = random.below(5);
  if (way === 0) return bytes.subarray(0, at);
  if (way === 1) {
    const many = Buffer.alloc(random.pick([3, 300, 20_000]), bytes[at]);
    return Buffer.concat([bytes.subarray(0, at), many, bytes.subarray(at)]);
  }
  const other = Buffer.from(bytes);
  other[at] = random.below(4) === 0 ? 0xff : random.below(256);
  return other;
}
