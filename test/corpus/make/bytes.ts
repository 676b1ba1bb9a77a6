import { patchFile, payloadOf } from "../../support/patch.js";

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
