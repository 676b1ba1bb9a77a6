import { open } from "node:fs/promises";
import { viewOf } from "../isobmff/bytes.js";
import { at, type Track } from "../media/track.js";

/** A NAL unit of supplemental information. ISO/IEC 14496-10 table 7-1 */
const SEI = 6;
/** A message that a UUID names. ISO/IEC 14496-10 D.1.7 */
const USER_DATA_UNREGISTERED = 5;
/** Of the message in which x264 writes its version and its settings. */
const X264 = Buffer.from("dc45e9bde6d948b7962cd820d923eeef", "hex");
/** The length of a unit, its header, and the type and the size of its message, which may take many bytes. */
const HEAD_SIZE = 64;

/**
 * Leaves x264's settings out of a piece's first picture: a film would have them anew every minute, and those of each
 * piece differ. The media stay as they are: the sample begins behind them. Other messages (captions are such) stay.
 */
export async function leaveOutSettings(
  { samples, codec }: Track,
  path: string,
): Promise<void> {
  if (codec !== "h264") return;
  const head = new Uint8Array(HEAD_SIZE);
  const file = await open(path);
  try {
    await file.read(head, 0, HEAD_SIZE, at(samples.offset, 0));
  } finally {
    await file.close();
  }
  const unit = settingsUnit(head);
  if (unit === 0 || unit >= at(samples.size, 0)) return;
  samples.offset[0] = at(samples.offset, 0) + unit;
  samples.size[0] = at(samples.size, 0) - unit;
}

/** The bytes of the unit with x264's settings at the begin of a sample; 0 when something else stands there. */
function settingsUnit(head: Uint8Array): number {
  const [type, message] = [(head[4] ?? 0) & 0x1f, head[5]];
  if (type !== SEI || message !== USER_DATA_UNREGISTERED) return 0;
  const size = head.subarray(6);
  const uuid = size.findIndex((byte) => byte !== 0xff) + 1;
  const found = size.subarray(uuid, uuid + X264.length);
  return Buffer.compare(found, X264) === 0 ? 4 + viewOf(head).getUint32(0) : 0;
}
