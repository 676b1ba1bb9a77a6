import type { BoxNode } from "../../isobmff/box-tree.js";
import { PIFF_SENC_UUID } from "../../isobmff/boxes/protection.js";
import { viewOf } from "../../isobmff/bytes.js";
import {
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "../../isobmff/parsed-box.js";
import { parseBoxes } from "../../isobmff/source.js";
import { TRUN, trunRows } from "../../isobmff/table-rows.js";

/** A fragment of a finished file: its moof and the mdat after it. */
export interface FragmentBoxes {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  readonly trackId: number;
  /**
   * Where the bytes of each sample begin, counted from the moof's first byte. A last entry has
   * the end of the last sample.
   */
  readonly offsets: readonly number[];
  /** undefined when there is none. */
  readonly senc: ParsedBox | undefined;
}

/** These boxes are known by their rows, or are not read as lists of numbers. */
const UNREAD: ReadonlySet<string> = new Set([
  ...TRUN,
  "saiz",
  "saio",
  "senc",
  "sdtp",
]);

export const PIFF_SENC = PIFF_SENC_UUID.replaceAll("-", "");

/**
 * Reads the boxes of a fragment that hold its samples and their protection.
 *
 * @param bytes moof and mdat, or the first of them
 * @param extent how many bytes moof and mdat have
 * @throws Error in one line for a fragment that is damaged, or is not made as Smooth Streaming requires
 */
export function readFragment(
  bytes: Uint8Array,
  extent = bytes.length,
): FragmentBoxes {
  let damage: string | undefined;
  const size = bytes.length < 8 ? 0 : viewOf(bytes).getUint32(0);
  const [moof] = parseBoxes(
    bytes.subarray(0, size),
    (message) => (damage = message),
    UNREAD,
  );
  const [traf, ...others] = moof ? childBoxes(moof, "traf") : [];
  const tfhd = traf && childBox(traf, "tfhd");
  const truns = traf ? childBoxes(traf, "trun") : [];
  if (moof?.type !== "moof" || !traf || !tfhd || damage !== undefined)
    throw new Error(
      `no moof with a traf and a tfhd (${damage ?? "none found"})`,
    );
  if (others.length > 0 || truns.length !== 1)
    throw new Error(
      `${1 + others.length} traf and ${truns.length} trun boxes, expected one of each`,
    );
  if (numberField(tfhd, "flags") & BASE_DATA_OFFSET)
    throw new Error("a base-data-offset, which a moved fragment cannot have");
  const defaultSize = numberField(tfhd, "default_sample_size");
  const offsets = offsetsOf(truns[0], defaultSize, extent);
  return {
    ...{ moof, traf, offsets },
    trackId: numberField(tfhd, "track_id"),
    senc: childBox(traf, "senc") ?? childBox(traf, PIFF_SENC),
  };
}

/** ISO/IEC 14496-12 8.8.7.1 */
const BASE_DATA_OFFSET = 0x000001;

function offsetsOf(
  trun: ParsedBox | undefined,
  defaultSize: number,
  extent: number,
): number[] {
  if (trun === undefined) throw new Error("no trun");
  const rows = trunRows(trun);
  const { count, dataOffset } = rows;
  if (dataOffset === undefined) throw new Error("a trun without a data offset");
  if (!rows.hasRows && count * defaultSize > extent)
    throw new Error(`a trun that claims ${count} samples`);
  const offsets = [dataOffset];
  let at = dataOffset;
  for (let i = 0; i < count; i++)
    offsets.push((at += rows.size(i) ?? defaultSize));
  if (!(dataOffset >= 0 && at <= extent))
    throw new Error(`samples at bytes ${dataOffset} to ${at} of ${extent}`);
  return offsets;
}

/** Position of the data offset in a trun: after header, flags and count. ISO/IEC 14496-12 8.8.8 */
const DATA_OFFSET = 16;

/** A trun whose samples lie that many bytes further from the start of the moof. */
export function movedTrun(
  bytes: Uint8Array,
  { start, size }: BoxNode,
  by: number,
): Uint8Array {
  const trun = Uint8Array.from(bytes.subarray(start, start + size));
  const view = viewOf(trun);
  view.setInt32(DATA_OFFSET, view.getInt32(DATA_OFFSET) + by);
  return trun;
}
