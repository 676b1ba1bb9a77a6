import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { add32, patchFile, payloadOf } from "../../support/patch.js";

/** Changes of written files that ffmpeg has no option for. */

/** Upright after so many degrees clockwise: the matrix of the first track. ISO/IEC 14496-12 8.3.2 */
export function turned(path: string, degrees: 90 | 180 | 270): void {
  const [a, b, c, d] = TURN[degrees];
  patchFile(path, (bytes) => {
    const matrix = payloadOf(bytes, "tkhd") + 40;
    bytes.writeInt32BE(a * ONE, matrix);
    bytes.writeInt32BE(b * ONE, matrix + 4);
    bytes.writeInt32BE(c * ONE, matrix + 12);
    bytes.writeInt32BE(d * ONE, matrix + 16);
  });
}

const ONE = 0x10000;

const TURN = {
  90: [0, 1, -1, 0],
  180: [-1, 0, 0, -1],
  270: [0, -1, 1, 0],
} as const;

/** Keeps this share of a file, as a download or a recording that broke off. */
export function cutOff(path: string, share: number): void {
  truncateSync(path, Math.floor(statSync(path).size * share));
}

/** Keeps what lies between two shares of a recording, from a packet of MPEG-TS on. */
export function cutBetween(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  const begin = Math.floor((bytes.length * from) / 188) * 188;
  writeFileSync(path, bytes.subarray(begin, Math.floor(bytes.length * to)));
}

/** One frame in the middle that is said to be shown 9000 s later. ISO/IEC 14496-12 8.6.1.3 */
export function wildOffset(path: string): void {
  patchFile(path, (bytes) => {
    const table = payloadOf(bytes, "ctts");
    const rows = bytes.readUInt32BE(table + 4);
    let row = Math.floor(rows / 2);
    // A row of its own: a run would make many frames wild.
    while (bytes.readUInt32BE(table + 8 + 8 * row) !== 1) row++;
    add32(bytes, table + 12 + 8 * row, 9000 * 12_800);
  });
}

/** Overwrites a part of a file, between two shares of its length. */
export function damaged(path: string, from: number, to: number): void {
  patchFile(path, (bytes) => {
    const begin = Math.floor(bytes.length * from);
    bytes.set(noise(Math.floor(bytes.length * (to - from))), begin);
  });
}

/** Overwrites all media of an MP4, and nothing else. */
export function noMedia(path: string): void {
  patchFile(path, (bytes) => {
    const begin = payloadOf(bytes, "mdat");
    bytes.set(noise(bytes.readUInt32BE(begin - 8) - 8), begin);
  });
}

/** Takes all packets of a stream out of an MPEG-TS, whose tables still declare it. ISO/IEC 13818-1 2.4.3.2 */
export function withoutPackets(path: string, packetId: number): void {
  const bytes = readFileSync(path);
  const packets = Array.from({ length: bytes.length / 188 }, (_, i) =>
    bytes.subarray(i * 188, (i + 1) * 188),
  );
  const isOther = (packet: Buffer) =>
    (packet.readUInt16BE(1) & 0x1fff) !== packetId;
  writeFileSync(path, Buffer.concat(packets.filter(isOther)));
}

/** Bytes without a pattern, the same on every run. */
export function noise(length: number): Uint8Array {
  let state = 12_345;
  return Uint8Array.from({ length }, () => {
    // Constants of Numerical Recipes; the low bits are poor, so the high ones are taken.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** A sample that is said to be 2 GB long. ISO/IEC 14496-12 8.7.3 */
export function hugeSample(path: string): void {
  patchFile(path, (bytes) =>
    bytes.writeUInt32BE(0x7fffffff, payloadOf(bytes, "stsz") + 12 + 5 * 4),
  );
}

/** Chunks that are said to lie behind the file's end. ISO/IEC 14496-12 8.7.5 */
export function chunksBehindTheEnd(path: string): void {
  patchFile(path, (bytes) => {
    const table = payloadOf(bytes, "stco");
    const count = bytes.readUInt32BE(table + 4);
    for (let i = 0; i < count; i++) add32(bytes, table + 8 + 4 * i, 0x10000000);
  });
}

/** A movie box that is said to be larger than the file. */
export function hugeMovie(path: string): void {
  patchFile(path, (bytes) =>
    bytes.writeUInt32BE(0x7fffffff, payloadOf(bytes, "moov") - 8),
  );
}

/** Headers that tell of a sixth of what there is. ISO/IEC 14496-12 8.2.2, 8.3.2, 8.4.2 */
export function shortHeaders(path: string): void {
  patchFile(path, (bytes) => {
    shorten(bytes, payloadOf(bytes, "mvhd") + 16);
    for (const track of [1, 2]) {
      shorten(bytes, payloadOf(bytes, "tkhd", track) + 20);
      shorten(bytes, payloadOf(bytes, "mdhd", track) + 16);
    }
  });
}

/** An edit list of the first track that shows so many thousandths of a second. ISO/IEC 14496-12 8.6.6 */
export function shownFor(milliseconds: number) {
  return (path: string): void =>
    patchFile(path, (bytes) => {
      bytes.writeUInt32BE(milliseconds, payloadOf(bytes, "elst") + 8);
    });
}

function shorten(bytes: Buffer, at: number): void {
  bytes.writeUInt32BE(Math.floor(bytes.readUInt32BE(at) / 6), at);
}

/** The first track in a code that nobody knows. */
export function unknownCodec(path: string, fourcc: string): void {
  patchFile(path, (bytes) =>
    // The first one is a brand of the ftyp box.
    bytes.write(fourcc, payloadOf(bytes, "avc1", 2) - 4, "latin1"),
  );
}
