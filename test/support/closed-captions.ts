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

/**
 * The same in HEVC or MPEG-2: a picture without B-frames, so that messages are in order.
 *
 * @param codec ffmpeg's encoder
 */
export async function withOtherCaptions(
  codec: keyof typeof OTHERS,
  from: string,
  to: string,
  pairs: ReadonlyMap<number, string>,
): Promise<void> {
  const { options, form, demuxer } = OTHERS[codec];
  const [bare, marked] = [`${to}.bare`, `${to}.marked`];
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-i", from, "-an", "-c:v", codec, "-bf", "0"],
      ...["-g", "25", ...options, bare],
    ],
    bare,
  );
  writeFileSync(marked, withMessages(readFileSync(bare), pairs, form));
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-fflags", "+genpts", "-r", "25"],
      ...["-f", demuxer, "-i", marked],
      ...["-i", from, "-map", "0:v", "-map", "1:a", "-c", "copy", to],
    ],
    to,
  );
}

/** Frames of a group of pictures, as most discs have it. */
const GROUP = 15;

/**
 * Makes a DVD's file, at 29.97 frames a second, with captions in the headers of its groups of pictures.
 *
 * @param pairs of the first field, by frames of 29.97 a second
 */
export async function withDvdCaptions(
  from: string,
  to: string,
  pairs: ReadonlyMap<number, string>,
): Promise<void> {
  const [bare, marked] = [`${to}.bare`, `${to}.marked`];
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-i", from, "-an", "-r", "30000/1001"],
      ...["-c:v", "mpeg2video", "-q:v", "4", "-bf", "0"],
      ...["-g", String(GROUP), "-sc_threshold", "1000000000"],
      ...["-f", "mpeg2video", bare],
    ],
    bare,
  );
  let group = 0;
  const units = unitsOf(readFileSync(bare)).flatMap((unit) =>
    unit[0] === GROUP_HEADER
      ? [START, unit, START, dvdUserData(pairs, GROUP * group++)]
      : [START, unit],
  );
  writeFileSync(marked, Buffer.concat(units));
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-fflags", "+genpts", "-r", "30000/1001"],
      ...["-f", "mpegvideo", "-i", marked, "-i", from, "-map", "0:v"],
      ...["-map", "1:a", "-c:v", "copy", "-c:a", "ac3", "-f", "vob", to],
    ],
    to,
  );
}

/** ISO/IEC 13818-2 table 6-1 */
const GROUP_HEADER = 0xb8;

/** A pair of each field for each frame; the second field says nothing, and is marked as the first. */
function dvdUserData(pairs: ReadonlyMap<number, string>, from: number): Buffer {
  const frames = Array.from({ length: GROUP }, (_, i) => [
    ...[0xff, ...Buffer.from(pairs.get(from + i) ?? PADDING, "hex")],
    ...[0xff, ...Buffer.from(PADDING, "hex")],
  ]);
  const head = [0xb2, 0x43, 0x43, 0x01, 0xf8, 0x80 | (GROUP << 1)];
  return Buffer.from([...head, ...frames.flat()]);
}

/** Which units are pictures, and the message before each. */
interface Form {
  readonly isPicture: (unit: Buffer) => boolean;
  readonly messageOf: (pair: string) => Buffer;
}

const H264: Form = {
  isPicture: (unit) => [1, 5].includes((unit[0] ?? 0) & 0x1f),
  messageOf: (pair) => Buffer.from([6, ...seiOf(pair)]),
};

/** ISO/IEC 23008-2 table 7-1; ISO/IEC 13818-2 table 6-1: user data stands before the first slice. */
const OTHERS = {
  libx265: {
    options: [
      ...["-x265-params", "log-level=none:repeat-headers=1:bframes=0"],
      ...["-preset", "ultrafast", "-f", "hevc"],
    ],
    demuxer: "hevc",
    form: {
      isPicture: (unit: Buffer) => (unit[0] ?? 0) >> 1 < 32,
      messageOf: (pair: string) => Buffer.from([39 << 1, 1, ...seiOf(pair)]),
    },
  },
  mpeg2video: {
    options: ["-q:v", "4", "-f", "mpeg2video"],
    demuxer: "mpegvideo",
    form: {
      isPicture: (unit: Buffer) => unit[0] === 1,
      messageOf: (pair: string) =>
        Buffer.from([0xb2, ...userDataOf(pair).slice(3)]),
    },
  },
} as const;

/** A message before each picture. */
function withMessages(
  bytes: Buffer,
  pairs: ReadonlyMap<number, string>,
  { isPicture, messageOf }: Form = H264,
): Buffer {
  const units = unitsOf(bytes);
  let frame = 0;
  return Buffer.concat(
    units.flatMap((unit) => {
      const before = isPicture(unit)
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
function userDataOf(pair: string): number[] {
  return [
    ...[0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03],
    ...[0xc1, 0xff, 0xfc, ...Buffer.from(pair, "hex"), 0xff],
  ];
}

function seiOf(pair: string): number[] {
  const payload = userDataOf(pair);
  return [0x04, payload.length, ...payload, 0x80];
}
