import { bitReader, type BitReader } from "./avc-sps.js";
import { nalUnits, typeOf } from "./avc-units.js";

/** Of NAL units, and of messages in them. ISO/IEC 14496-10 tables 7-1 and D.1.1 */
const NAL_SEI = 6;
const DISPLAY_ORIENTATION = 47;

/** How a picture is to be turned or mirrored, by the messages before it; undefined when it is not. */
export function displayOrientation(sample: Uint8Array): string | undefined {
  for (const unit of nalUnits(sample)) {
    if (typeOf(unit) !== NAL_SEI) continue;
    const turn = turnIn(unit);
    if (turn !== undefined) return turn;
  }
  return undefined;
}

function turnIn(unit: Uint8Array): string | undefined {
  try {
    const read = bitReader(unit);
    for (;;) {
      const [type, size] = [longNumber(read), longNumber(read)];
      if (type === DISPLAY_ORIENTATION) return orientation(read);
      for (let i = 0; i < size; i++) read.bits(8);
    }
  } catch (error) {
    // The end of the unit, or of the bytes that were read of it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A number as bytes of 255 and a last one. 7.3.2.3.1 */
function longNumber(read: BitReader): number {
  for (let sum = 0; ;) {
    const byte = read.bits(8);
    sum += byte;
    if (byte !== 255) return sum;
  }
}

/** D.1.27: turned against the clock, and mirrored before that. */
function orientation(read: BitReader): string | undefined {
  if (read.flag()) return undefined; // cancelled
  const [across, down] = [read.flag(), read.flag()];
  if (across !== down) return "mirrored";
  const against = Math.round((read.bits(16) * 360) / 65536);
  const clockwise = (360 - against + (across ? 180 : 0)) % 360;
  return clockwise === 0 ? undefined : `turned by ${clockwise} degrees`;
}
