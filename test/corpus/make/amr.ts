import { writeFileSync } from "node:fs";

/** Bytes of a frame of 20 ms in the mode of 12.2 kbit/s, its type before it. 3GPP TS 26.101 annex A, RFC 4867 5.3 */
const FRAME_BYTES = 32;

/** Frame type 7 (12.2 kbit/s) of good quality. */
const FRAME_TYPE = 0x3c;

/** An AMR file as old phones record: ffmpeg has a decoder for it, but rarely an encoder. Any bits are sound. */
export function writeAmr(path: string, seconds: number): void {
  const frames = Array.from({ length: seconds * 50 }, (_, n) => frame(n));
  writeFileSync(path, Buffer.concat([Buffer.from("#!AMR\n"), ...frames]));
}

function frame(n: number): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES, FRAME_TYPE);
  for (let i = 1; i < FRAME_BYTES; i++) bytes[i] = (n * 37 + i * 101) % 256;
  return bytes;
}
