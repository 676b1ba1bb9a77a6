/** A pair of bytes of CEA-608. */
export interface DvdPair {
  /** 0 for the first field, with CC1 and CC2. */
  readonly field: number;
  /** In which frame after the begin of its group of pictures it takes effect. */
  readonly frame: number;
  readonly bytes: readonly [number, number];
}

/** `CC`, the type, and the size of a block; no standard tells them. */
const HEAD = [0x43, 0x43, 0x01, 0xf8];

/** A byte with the field, and the pair. */
const BLOCK = 3;

/**
 * The captions of a DVD: user data of MPEG-2 behind the header of a group of pictures, with a pair for
 * each field of the frames to come. Which field a pair belongs to is told by its place, as many discs
 * mark all of them as the first; the count in the data is often wrong. The form is that which ffmpeg
 * (mpeg12dec.c) and CCExtractor read.
 *
 * @param userData what follows the start code
 * @returns undefined for other user data
 */
export function dvdPairs(userData: Uint8Array): DvdPair[] | undefined {
  if (!HEAD.every((byte, i) => userData[i] === byte)) return undefined;
  const isOddFirst = ((userData[HEAD.length] ?? 0) & 0x80) !== 0;
  const pairs: DvdPair[] = [];
  for (let i = 0; ; i++) {
    const at = HEAD.length + 1 + i * BLOCK;
    const [mark, a, b] = userData.subarray(at, at + BLOCK);
    if (mark === undefined || a === undefined || b === undefined) return pairs;
    if ((mark & 0xfe) !== 0xfe) return pairs;
    const isOdd = (i % 2 === 0) === isOddFirst && mark === 0xff;
    const frame = Math.floor(i / 2);
    pairs.push({ field: isOdd ? 0 : 1, frame, bytes: [a, b] });
  }
}

/** The type of a unit that is a picture header. ISO/IEC 13818-2 6.2.3 */
const PICTURE = 0;

/**
 * How many pictures of the group are shown before the first one of a packet: its temporal_reference.
 *
 * @param units of a packet, without their start codes
 */
export function shownBefore(units: readonly Uint8Array[]): number {
  const picture = units.find(([type]) => type === PICTURE);
  const [, high = 0, low = 0] = picture ?? [];
  return high * 4 + (low >> 6);
}
