import { readFileSync, writeFileSync } from "node:fs";
import { ffmpeg } from "./clip.js";

const PADDING = "8080";

/**
 * A picture with CEA-608 in its SEI messages: a pair of bytes in each frame, of 25 a second.
 * x264 then writes it with B-frames, so messages come in another order than they are shown.
 *
 * @param pairs by the number of their frame, as hexadecimal digits with parity
 */
export async function withClosedCaptions(
  from: string,
  to: string,
  pairs: ReadonlyMap<number, string>,
): Promise<void> {
  const [bare, marked] = [`${to}.bare.h264`, `${to}.marked.h264`];
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-i", from, "-an", "-c:v", "libx264"],
      ...["-preset", "ultrafast", "-qp", "20", "-bf", "0", "-x264-params"],
      ...["slices=1:sliced-threads=0", "-threads", "1", bare],
    ],
    bare,
  );
  writeFileSync(marked, withMessages(readFileSync(bare), pairs));
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-r", "25", "-i", marked, "-i", from],
      ...["-map", "0:v", "-map", "1:a", "-c:a", "copy", "-c:v", "libx264"],
      ...["-a53cc", "1", "-preset", "veryfast", "-bf", "2", "-g", "25"],
      ...["-sc_threshold", "0", to],
    ],
    to,
  );
}

/** A message before each picture. */
function withMessages(
  bytes: Buffer,
  pairs: ReadonlyMap<number, string>,
): Buffer {
  const units = unitsOf(bytes);
  let frame = 0;
  return Buffer.concat(
    units.flatMap((unit) => {
      const type = (unit[0] ?? 0) & 0x1f;
      const isPicture = type === 1 || type === 5;
      const before = isPicture
        ? [START, messageOf(pairs.get(frame++) ?? PADDING)]
        : [];
      return [...before, START, unit];
    }),
  );
}

const START = Buffer.from([0, 0, 0, 1]);

function unitsOf(bytes: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let begin = bytes.indexOf("000001", 0, "hex") + 3;
  while (begin > 2) {
    const next = bytes.indexOf("000001", begin, "hex");
    const end = next < 0 ? bytes.length : next;
    const isLong = next > 0 && bytes[next - 1] === 0;
    units.push(bytes.subarray(begin, isLong ? end - 1 : end));
    begin = next < 0 ? -1 : next + 3;
  }
  return units;
}

/** cc_data of one pair of the first field, in user data of ATSC. ANSI/SCTE 128-1, 8.1 */
function messageOf(pair: string): Buffer {
  const payload = [
    ...[0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03],
    ...[0xc1, 0xff, 0xfc, ...Buffer.from(pair, "hex"), 0xff],
  ];
  return Buffer.from([0x06, 0x04, payload.length, ...payload, 0x80]);
}
