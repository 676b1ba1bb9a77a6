import type { PacketReader } from "../../src/captions/packet-reader.js";
import type { Random } from "./random.js";

/** A packet as ffmpeg gives it; times are ticks of 100 ns. */
export interface TimedBytes {
  readonly time: number;
  readonly duration: number;
  readonly bytes: Buffer;
}

/** Gives packets to a reader as the two outputs of ffmpeg do, which come in pieces and in any order. */
export function sendPackets(
  reader: PacketReader,
  packets: readonly TimedBytes[],
  random: Random,
): void {
  const lines = packets.map(({ time, duration, bytes: { length } }) =>
    [0, time, time, duration, length, " 0x00000000"].join(","),
  );
  const table = Buffer.from(["#tb 0: 1/10000000", ...lines, ""].join("\n"));
  const outputs = [
    piecesOf(table, random).map((piece) => () => reader.addTable(piece)),
    piecesOf(Buffer.concat(packets.map(({ bytes }) => bytes)), random).map(
      (piece) => () => reader.addBytes(piece),
    ),
  ];
  while (outputs.some((left) => left.length > 0))
    random.pick(outputs).shift()?.();
}

function piecesOf(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = random.pick([7, 200, 5000, 60_000]);
    pieces.push(bytes.subarray(at, (at += size)));
  }
  return pieces;
}
