import { KILOBITS, SAMPLE_RATES } from "./dolby-config.js";

/**
 * What is wrong with a sample of E-AC-3 or AC-3, which is one frame or several, one behind
 * the other; undefined when nothing is. A decoder looks for the next sync word, so damage
 * may be skipped without a word.
 *
 * @param sampleRate of the track
 */
export function dolbySampleError(
  sample: Uint8Array,
  sampleRate: number,
): string | undefined {
  if (sample.length === 0) return "is empty. Expected a frame";
  for (let at = 0; at < sample.length;) {
    const frame = sample.subarray(at);
    const error = frameError(frame, sampleRate);
    if (error !== undefined)
      return at === 0 ? error : `${error}, at byte ${at}`;
    at += frameOf(frame).size;
  }
  return undefined;
}

function frameError(frame: Uint8Array, sampleRate: number): string | undefined {
  const [first = 0, second = 0] = frame;
  if (first !== 0x0b || second !== 0x77)
    return "does not begin with the sync word 0B77";
  const { size, rate } = frameOf(frame);
  if (size < SMALLEST)
    return "begins with a frame whose header gives no size that may be";
  if (size > frame.length)
    return `has ${frame.length} bytes for a frame of ${size} bytes`;
  if (rate !== sampleRate)
    return `has a frame of ${rate} Hz, and the track has ${sampleRate} Hz`;
  if (checkOf(frame.subarray(2, size)) !== 0)
    return "has a frame whose check word (CRC) does not fit its bytes";
  return undefined;
}

/** Sync word, header and check word take more. */
const SMALLEST = 8;

/** Streams of E-AC-3 have a higher bsid. ETSI TS 102 366 E.1.3.1.6 */
const LAST_AC3 = 10;

/** By its header; a size of 0 for values that no table has. */
function frameOf(frame: Uint8Array): { size: number; rate: number } {
  const [, , third = 0, fourth = 0, fifth = 0, sixth = 0] = frame;
  return sixth >> 3 > LAST_AC3
    ? eac3Frame(third, fourth, fifth)
    : ac3Frame(fifth);
}

/** ETSI TS 102 366 E.1.2.2: frmsiz, fscod, fscod2 */
function eac3Frame(third: number, fourth: number, fifth: number) {
  const size = 2 * (((third & 7) << 8) + fourth + 1);
  const code = fifth >> 6;
  const rate = SAMPLE_RATES[code] ?? halfRate((fifth >> 4) & 3);
  return rate === undefined ? NOTHING : { size, rate };
}

function halfRate(code: number): number | undefined {
  const rate = SAMPLE_RATES[code];
  return rate && rate / 2;
}

/** fscod and frmsizecod. ETSI TS 102 366 table 4.13 */
function ac3Frame(fifth: number) {
  const [code, sizeCode] = [fifth >> 6, fifth & 0x3f];
  const rate = SAMPLE_RATES[code];
  const kilobits = KILOBITS[sizeCode >> 1];
  if (rate === undefined || kilobits === undefined) return NOTHING;
  const words = Math.floor((kilobits * 1000 * 1536) / rate / 16);
  // At 44.1 kHz every second frame has a word more.
  const size = 2 * (rate === 44_100 ? words + (sizeCode & 1) : words);
  return { size, rate };
}

const NOTHING = { size: 0, rate: 0 };

/** x^16 + x^15 + x^2 + 1. ETSI TS 102 366 6.1.7 */
const POLYNOMIAL = 0x8005;

/** What a byte does to the check word. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let check = byte << 8;
  for (let i = 0; i < 8; i++)
    check = ((check << 1) & 0xffff) ^ (check & 0x8000 ? POLYNOMIAL : 0);
  return check;
});

/** The check word (CRC) behind these bytes; 0 behind bytes that end with their own. */
export function checkOf(bytes: Uint8Array): number {
  let check = 0;
  for (const byte of bytes)
    check = ((check << 8) & 0xffff) ^ (TABLE[(check >> 8) ^ byte] ?? 0);
  return check;
}

/** The check word before these bytes, with which all together come out as 0: the same work, backwards. */
export function checkBefore(bytes: Uint8Array): number {
  let check = 0;
  const back = (bit: number) => {
    const isOut = check & 1;
    check = (isOut ? check ^ POLYNOMIAL : check) >> 1;
    check |= (isOut ^ bit) << 15;
  };
  for (const byte of [...bytes].reverse())
    for (let i = 0; i < 8; i++) back((byte >> i) & 1);
  for (let i = 0; i < 16; i++) back(0);
  return check;
}
