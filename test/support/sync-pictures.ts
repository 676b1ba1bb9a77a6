import { readFileSync } from "node:fs";

const NON_SYNC = 0x00010000;

/** Where the flags of each picture stand in a file of ours, in order; the trun's, or the tfhd's. */
export function flagsOf(bytes: Buffer): { at: number }[] {
  const found = [];
  for (let at = 0; (at = bytes.indexOf("trun", at)) !== -1; at += 4) {
    const hasEach = (bytes.readUInt32BE(at + 4) & 0x400) !== 0;
    const count = bytes.readUInt32BE(at + 8);
    for (let i = 0; i < count; i++) {
      const own = hasEach ? at + 16 + 16 * i + 8 : at + 16;
      const isOwn = hasEach || i === 0;
      found.push({ at: isOwn ? own : bytes.lastIndexOf("tfhd", at) + 12 });
    }
  }
  return found;
}

/** Numbers of the pictures that a file calls sync samples; ffprobe would look at the stream. */
export function syncPictures(path: string): number[] {
  const bytes = readFileSync(path);
  return flagsOf(bytes).flatMap(({ at }, i) =>
    bytes.readUInt32BE(at) & NON_SYNC ? [] : [i],
  );
}
