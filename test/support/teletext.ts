import { writeFileSync } from "node:fs";
import { ffmpeg } from "./clip.js";
import { run, tools } from "./programs.js";

/** A page of teletext subtitles: empty text erases the one before. */
export interface TeletextPage {
  readonly seconds: number;
  readonly rows: readonly string[];
}

const TELETEXT_PID = 0x200;
const PMT_PID = 0x100;
const CLOCK = 90_000;

/** Adds page 888, German subtitles, to an MPEG-TS, and announces another page in French. ETSI EN 300 472, ETSI EN 300 706 */
export async function withTeletext(
  from: string,
  to: string,
  pages: readonly TeletextPage[],
): Promise<void> {
  const startSeconds = await startOf(from);
  const alone = `${to}.teletext.ts`;
  const packets = [
    packet(0, 0, true, section(PAT)),
    packet(PMT_PID, 0, true, section(PMT)),
  ];
  pages.forEach(({ seconds, rows }, i) => {
    const pts = Math.round((startSeconds + seconds) * CLOCK);
    const pes = pesOf(pts, unitsOf(rows));
    packets.push(clockOf(pts - CLOCK / 10));
    for (let at = 0, part = 0; at < pes.length; at += 184, part++)
      packets.push(
        packet(
          TELETEXT_PID,
          i * Math.ceil(pes.length / 184) + part,
          part === 0,
          pes.subarray(at, at + 184),
        ),
      );
  });
  writeFileSync(alone, Buffer.concat(packets));
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-copyts", "-i", from, "-i", alone],
      ...[
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-muxdelay",
        "0",
        "-muxpreload",
        "0",
        to,
      ],
    ],
    to,
  );
}

async function startOf(file: string): Promise<number> {
  const { ffprobe } = await tools();
  const { stdout } = await run(ffprobe.path, [
    ...["-v", "error", "-show_entries", "format=start_time"],
    ...["-of", "csv=p=0", file],
  ]);
  return parseFloat(stdout.toString());
}

/** ISO/IEC 13818-1 2.4.3.2; a PES packet fills whole packets. */
function packet(
  pid: number,
  count: number,
  begins: boolean,
  payload: Buffer,
): Buffer {
  const bytes = Buffer.alloc(188, 0xff);
  bytes.set([
    0x47,
    (begins ? 0x40 : 0) | (pid >> 8),
    pid & 0xff,
    0x10 | (count & 15),
  ]);
  bytes.set(payload, 4);
  return bytes;
}

/** Readers trust no time of teletext that is far from the program's clock. ISO/IEC 13818-1 2.4.3.4 */
function clockOf(pcr: number): Buffer {
  const bytes = Buffer.alloc(188, 0xff);
  bytes.set([0x47, TELETEXT_PID >> 8, TELETEXT_PID & 0xff, 0x20, 183, 0x10]);
  bytes.writeUInt32BE(Math.floor(pcr / 2), 6);
  bytes.set([((pcr & 1) << 7) | 0x7e, 0], 10);
  return bytes;
}

/** Program 1 by its map. ISO/IEC 13818-1 2.4.4.3 */
const PAT = [
  0x00,
  0x00,
  0x01,
  0xc1,
  0,
  0,
  0x00,
  0x01,
  0xe0 | (PMT_PID >> 8),
  PMT_PID & 0xff,
];

/** A teletext descriptor: language, type 2 (subtitles) and magazine 0 (8), and the page. ETSI EN 300 468 6.2.43 */
const DESCRIPTOR = [
  ...[0x56, 10],
  ...[...Buffer.from("deu"), 2 << 3, 0x88],
  ...[...Buffer.from("fra"), 2 << 3, 0x89],
];

/** ISO/IEC 13818-1 2.4.4.8 */
const PMT = [
  ...[0x02, 0x00, 0x01, 0xc1, 0, 0],
  ...[0xe0 | (TELETEXT_PID >> 8), TELETEXT_PID & 0xff, 0xf0, 0],
  ...[
    0x06,
    0xe0 | (TELETEXT_PID >> 8),
    TELETEXT_PID & 0xff,
    0xf0,
    DESCRIPTOR.length,
  ],
  ...DESCRIPTOR,
];

/** Behind a pointer, with its length and its sum. */
function section([table = 0, ...body]: readonly number[]): Buffer {
  const length = body.length + 4;
  const bytes = Buffer.from([
    table,
    0xb0 | (length >> 8),
    length & 0xff,
    ...body,
  ]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return Buffer.concat([Buffer.from([0]), bytes, sum]);
}

/** ISO/IEC 13818-1 annex A */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const top = (crc >>> 31) ^ ((byte >> bit) & 1);
      crc = (crc << 1) ^ (top ? 0x04c11db7 : 0);
    }
  return crc >>> 0;
}

/** The header has 45 bytes, so that data units of 46 bytes fill packets. ETSI EN 300 472 4.2 */
function pesOf(pts: number, units: Buffer): Buffer {
  const size = Math.ceil((46 + units.length) / 184) * 184;
  const bytes = Buffer.alloc(size, 0xff);
  bytes.set([
    0,
    0,
    1,
    0xbd,
    (size - 6) >> 8,
    (size - 6) & 0xff,
    0x84,
    0x80,
    36,
  ]);
  bytes.set(
    [
      0x21 | ((Math.floor(pts / 2 ** 30) & 7) << 1),
      ...[(pts >> 22) & 0xff, ((pts >> 14) & 0xfe) | 1],
      ...[(pts >> 7) & 0xff, ((pts << 1) & 0xfe) | 1],
    ],
    9,
  );
  bytes[45] = 0x10;
  // Stuffing units of the same length. ETSI EN 300 472 4.4
  for (let at = 46; at < size; at += 46) bytes.set([0xff, 0x2c], at);
  bytes.set(units, 46);
  return bytes;
}

/** The page, and the header of another one, which ends it. */
function unitsOf(rows: readonly string[]): Buffer {
  const first = 22 - rows.length;
  return Buffer.concat([
    headerOf(0x88),
    ...rows.map((row, i) => unitOf(first + i, textOf(row))),
    headerOf(0xff),
  ]);
}

/** Erases the page (C4), which is for subtitles (C6), without a header (C7), in serial (C11). ETSI EN 300 706 9.3.1 */
function headerOf(page: number): Buffer {
  const control = [page & 15, page >> 4, 0, 8, 0, 8, 1, 1];
  return unitOf(0, [
    ...control.map(hamming),
    ...Array<number>(32).fill(parity(0x20)),
  ]);
}

/** In a box, on which the picture is not seen. ETSI EN 300 706 12.2 */
function textOf(text: string): number[] {
  const codes = [0x0b, 0x0b, ...Buffer.from(text, "latin1"), 0x0a, 0x0a];
  return [...codes, ...Array<number>(40 - codes.length).fill(0x20)].map(parity);
}

/** A packet of magazine 8 for a row. ETSI EN 300 706 7.1 */
function unitOf(row: number, data: readonly number[]): Buffer {
  const address = [hamming((row & 1) << 3), hamming(row >> 1)];
  const packet = [0xe4, ...[...address, ...data].map(reversed)];
  return Buffer.from([0x03, 0x2c, 0xc0 | 0x20 | 7, ...packet]);
}

/** ETSI EN 300 706 8.2 */
function hamming(nibble: number): number {
  const [d1, d2, d3, d4] = [0, 1, 2, 3].map((bit) => (nibble >> bit) & 1) as [
    number,
    number,
    number,
    number,
  ];
  const p1 = 1 ^ d1 ^ d3 ^ d4;
  const p2 = 1 ^ d1 ^ d2 ^ d4;
  const p3 = 1 ^ d1 ^ d2 ^ d3;
  const p4 = 1 ^ p1 ^ d1 ^ p2 ^ d2 ^ p3 ^ d3 ^ d4;
  return [p1, d1, p2, d2, p3, d3, p4, d4].reduce(
    (byte, bit, i) => byte | (bit << i),
    0,
  );
}

/** ETSI EN 300 706 8.1 */
function parity(code: number): number {
  const ones = [0, 1, 2, 3, 4, 5, 6].filter((bit) => (code >> bit) & 1).length;
  return ones % 2 === 0 ? code | 0x80 : code;
}

/** Bits travel lowest first. */
function reversed(byte: number): number {
  return [0, 1, 2, 3, 4, 5, 6, 7].reduce(
    (all, bit) => all | (((byte >> bit) & 1) << (7 - bit)),
    0,
  );
}
