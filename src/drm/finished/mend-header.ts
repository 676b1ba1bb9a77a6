import type { BoxNode } from "../../isobmff/box-tree.js";
import { editBoxes, NOTHING } from "../../isobmff/box.js";
import { viewOf } from "../../isobmff/bytes.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../../media/time.js";
import { BOX_STYLES } from "../box-style.js";
import { headerOfTrack, readEncryptions, systemData } from "./header.js";

/** A header of a licence system that a file must have. */
export interface SystemHeaderBytes {
  /** UUID with dashes. */
  readonly systemId: string;
  readonly data: Uint8Array;
}

/**
 * The header of a file with one mended track: it counts in ticks of 10 MHz, and its pssh holds the header of the
 * client manifest. Everything that says how samples are encrypted stays.
 *
 * @param bytes ftyp and moov
 * @param duration of the track
 * @param system undefined: none is added
 */
export function mendHeader(
  bytes: Uint8Array,
  trackId: number,
  duration: Ticks,
  system: SystemHeaderBytes | undefined,
): Uint8Array {
  const own = headerOfTrack(bytes, trackId);
  const added = system ? missingBox(own, system) : [];
  return editBoxes(own, {
    replace: (node) => timedBox(own, node, duration),
    append: ({ type }) => (type === "moov" ? added : []),
  });
}

function missingBox(
  bytes: Uint8Array,
  { systemId, data }: SystemHeaderBytes,
): Uint8Array[] {
  const [encryption] = readEncryptions(bytes);
  if (encryption === undefined) return [];
  const isThere = systemData(bytes, systemId).some(
    (found) => Buffer.compare(found, data) === 0,
  );
  const style = encryption.scheme === "piff" ? "piff" : "cenc";
  return isThere ? [] : [BOX_STYLES[style].pssh(systemId, data)];
}

/** Where a box has its duration, from its payload, in version 0 and 1; its timescale is in front of it. */
const DURATIONS: Readonly<Record<string, readonly [number, number]>> = {
  mvhd: [16, 24],
  mdhd: [16, 24],
  tkhd: [20, 28],
  mehd: [4, 4],
};

const WITH_TIMESCALE: readonly string[] = ["mvhd", "mdhd"];

/** "Not known", where 32 bits cannot hold it. ISO/IEC 14496-12 8.2.2 */
const UNKNOWN = 0xffffffff;

/** An edit list counts in the old ticks, and from the old composition offset. */
function timedBox(
  bytes: Uint8Array,
  { type, start, size, headerSize }: BoxNode,
  duration: Ticks,
): Uint8Array | undefined {
  if (type === "edts") return NOTHING;
  const places = DURATIONS[type];
  if (places === undefined) return undefined;
  const box = Uint8Array.from(bytes.subarray(start, start + size));
  const view = viewOf(box);
  const isLong = box[headerSize] === 1;
  const at = headerSize + places[isLong ? 1 : 0];
  if (at + (isLong ? 8 : 4) > size) return undefined;
  if (WITH_TIMESCALE.includes(type)) view.setUint32(at - 4, SMOOTH_TIMESCALE);
  if (isLong) view.setBigUint64(at, BigInt(duration));
  else view.setUint32(at, duration < UNKNOWN ? duration : UNKNOWN);
  return box;
}
