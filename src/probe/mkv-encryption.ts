import { open } from "node:fs/promises";
import { readAt } from "../isobmff/scan.js";

/** The tracks stand in front of the media; with chapters and fonts rarely behind this. */
const LOOK_BYTES = 4 * 1024 * 1024;

/** RFC 9559 (Matroska) 5.1: the way from the file to a track's encryption. */
const ID = {
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  contentEncodings: 0x6d80,
  contentEncoding: 0x6240,
  contentEncryption: 0x5035,
} as const;

/** Which tracks of a Matroska or WebM file, in their order, are encrypted. */
export async function mkvEncryption(path: string): Promise<boolean[]> {
  const file = await open(path, "r");
  try {
    const bytes = await readAt(file, 0, LOOK_BYTES);
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

/** The content of all elements of an ID in some others. */
function inside(parents: readonly Uint8Array[], id: number): Uint8Array[] {
  return parents.flatMap((parent) =>
    [...elements(parent)].flatMap((each) =>
      each.id === id ? [each.content] : [],
    ),
  );
}

/** EBML elements; the last may be cut off with the bytes, and one of unknown size goes on to their end. RFC 8794 */
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

/** A number of variable length, without its marker: the zeros in front tell how many bytes follow. */
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
