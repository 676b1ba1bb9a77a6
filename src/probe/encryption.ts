import { open, type FileHandle } from "node:fs/promises";
import { readAt } from "../isobmff/scan.js";
import type { FfprobeReport, FfprobeStream } from "./ask-ffprobe.js";
import type { SourceBoxes, SourceFile } from "./source-file.js";

/**
 * The streams with the encryption that their container gives. ffprobe often says
 * nothing about it, and then takes the noise for a film.
 *
 * @param boxes of an MP4, a row a track
 */
export async function withEncryption(
  report: FfprobeReport,
  file: SourceFile,
  boxes: readonly SourceBoxes[],
): Promise<FfprobeReport> {
  const container = report.format?.format_name ?? "";
  const say = await sayerOf(container, file, boxes);
  return {
    ...report,
    streams: (report.streams ?? []).map((stream) => {
      const encryption = say(stream);
      return encryption === undefined ? stream : { ...stream, encryption };
    }),
  };
}

/** Returns how a stream is encrypted; undefined for a clear one. */
type DescribeEncryption = (stream: FfprobeStream) => string | undefined;

async function sayerOf(
  container: string,
  file: SourceFile,
  boxes: readonly SourceBoxes[],
): Promise<DescribeEncryption> {
  const isHere = file.sizeBytes > 0; // no address
  if (container === "mpegts") {
    const pids = isHere ? await scrambledPids(file) : new Set<number>();
    return (stream) =>
      pids.has(Number(stream.id)) ? "scrambled" : sampleAes(stream);
  }
  if (container.startsWith("matroska")) {
    const tracks = isHere ? await mkvEncryption(file.path) : [];
    return ({ index, tags }) =>
      tracks[index] === true || tags?.["enc_key_id"] !== undefined
        ? "ContentEncryption"
        : undefined;
  }
  return ({ index }) => boxes[index]?.encryption;
}

/** Stream types of HLS with SAMPLE-AES: H.264, AAC, AC-3, E-AC-3. Apple, MPEG-2 Stream Encryption Format for HLS 2 */
const SAMPLE_AES = [0xdb, 0xcf, 0xc1, 0xc2].map((type) => `[${type}][0][0][0]`);

function sampleAes({ codec_tag_string: tag = "" }: FfprobeStream) {
  return SAMPLE_AES.includes(tag) ? "SAMPLE-AES" : undefined;
}

/** The tracks stand in front of the media. With chapters and fonts they rarely go beyond this. */
const MKV_LOOK_BYTES = 4 * 1024 * 1024;

/** RFC 9559 (Matroska) 5.1: the way from the file to a track's encryption. */
const ID = {
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  contentEncodings: 0x6d80,
  contentEncoding: 0x6240,
  contentEncryption: 0x5035,
} as const;

/** For each track of a Matroska or WebM file, in order: is it encrypted? */
async function mkvEncryption(path: string): Promise<boolean[]> {
  const file = await open(path, "r");
  try {
    const bytes = await readAt(file, 0, MKV_LOOK_BYTES);
    const tracks = inside(inside([bytes], ID.segment), ID.tracks);
    return inside(tracks, ID.trackEntry).map((entry) => {
      const encodings = inside([entry], ID.contentEncodings);
      const encoding = inside(encodings, ID.contentEncoding);
      return inside(encoding, ID.contentEncryption).length > 0;
    });
  } finally {
    await file.close();
  }
}

/** The content of all elements with this ID inside the given ones. */
function inside(parents: readonly Uint8Array[], id: number): Uint8Array[] {
  return parents.flatMap((parent) =>
    [...elements(parent)].flatMap((each) =>
      each.id === id ? [each.content] : [],
    ),
  );
}

/**
 * EBML elements. The last one may be cut off with the bytes; an element of unknown size
 * goes on to their end. RFC 8794
 */
function* elements(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length;) {
    const id = vint(bytes, at, 4);
    const size = id && vint(bytes, at + id.length, 8);
    if (id === undefined || size === undefined) return;
    const begin = at + id.length + size.length;
    const isUnknown = size.value === 2 ** (7 * size.length) - 1;
    const end = isUnknown ? bytes.length : begin + size.value;
    const marker = 2 ** (7 * id.length);
    yield { id: id.value + marker, content: bytes.subarray(begin, end) };
    at = end;
  }
}

/** A number of variable length, without its marker: the zeros in front give the number of bytes that follow. */
function vint(bytes: Uint8Array, at: number, longest: number) {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || length > longest || at + length > bytes.length)
    return undefined;
  let value = first - (1 << (8 - length));
  for (const byte of bytes.subarray(at + 1, at + length))
    value = value * 256 + byte;
  return { length, value };
}

/**
 * The places in the file that are read, as shares of its length, and the bytes read at
 * each: a recording may begin or end with clear adverts.
 */
const PLACES = [0.05, 0.35, 0.65, 0.95];
const TS_LOOK_BYTES = 512 * 1024;

/**
 * Plain packets, packets with a clock in front (M2TS), packets with error correction
 * behind. ISO/IEC 13818-1 2.4.3
 */
const PACKET_SIZES = [188, 192, 204];

/** Fewer packets with content prove nothing. */
const FEWEST_PACKETS = 4;

/**
 * The PIDs of an MPEG-TS whose packets are mostly scrambled. Reads
 * transport_scrambling_control, which ffmpeg ignores. ISO/IEC 13818-1 2.4.3.3
 */
async function scrambledPids({
  path,
  sizeBytes,
}: SourceFile): Promise<ReadonlySet<number>> {
  const file = await open(path, "r");
  const counts = new Map<number, EncryptionCounts>();
  try {
    for (const place of PLACES)
      count(await lookAt(file, sizeBytes, place), counts);
  } finally {
    await file.close();
  }
  const scrambled = [...counts].filter(
    ([, { clear, encrypted }]) =>
      clear + encrypted >= FEWEST_PACKETS && encrypted > clear,
  );
  return new Set(scrambled.map(([pid]) => pid));
}

interface EncryptionCounts {
  clear: number;
  encrypted: number;
}

function lookAt(file: FileHandle, size: number, place: number) {
  const from = Math.max(0, Math.floor(size * place) - TS_LOOK_BYTES / 2);
  return readAt(file, from, TS_LOOK_BYTES);
}

function count(bytes: Uint8Array, counts: Map<number, EncryptionCounts>): void {
  const grid = packetGrid(bytes);
  if (grid === undefined) return;
  for (let at = grid.first; at + 4 <= bytes.length; at += grid.size) {
    if (bytes[at] !== SYNC) continue;
    const [, high = 0, low = 0, control = 0] = bytes.subarray(at, at + 4);
    if ((control & 0x10) === 0) continue; // no content
    const pid = ((high & 0x1f) << 8) | low;
    const row = counts.get(pid) ?? { clear: 0, encrypted: 0 };
    counts.set(pid, row);
    if ((control & 0xc0) === 0) row.clear++;
    else row.encrypted++;
  }
}

const SYNC = 0x47;

/** Where packets begin: five sync bytes in a row, equally far apart. */
function packetGrid(bytes: Uint8Array) {
  for (let first = 0; first < Math.min(bytes.length, 1024); first++)
    for (const size of PACKET_SIZES)
      if ([0, 1, 2, 3, 4].every((i) => bytes[first + i * size] === SYNC))
        return { first, size };
  return undefined;
}
