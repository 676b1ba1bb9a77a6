import type { SampleDefaults } from "../../isobmff/fragment-runs.js";
import { PIFF_SENC_UUID } from "../../isobmff/boxes/protection.js";
import { viewOf } from "../../isobmff/bytes.js";
import {
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "../../isobmff/parsed-box.js";
import { parseBoxes } from "../../isobmff/source.js";
import { TRUN } from "../../isobmff/table-rows.js";
import { spansOf, type SampleSpans } from "./sample-spans.js";

/** A fragment of a finished file: its moof and the mdat after it. */
export interface FragmentBoxes extends SampleSpans {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  readonly tfhd: ParsedBox;
  readonly trackId: number;
  /**
   * Where the data offsets of its truns count from, from the moof's first byte. Undefined: from
   * that byte, and the tfhd has no base-data-offset.
   */
  readonly base: number | undefined;
  /** undefined when there is none. */
  readonly senc: ParsedBox | undefined;
}

/** What a fragment does not tell of itself. */
export interface FragmentContext {
  /** Position of its moof in the file. */
  readonly start: number;
  /** What the moov says of samples that say nothing. ISO/IEC 14496-12 8.8.3 */
  readonly defaults: ReadonlyMap<number, SampleDefaults>;
  /** How many bytes moof and mdat have, when only the first of them were read. */
  readonly extent?: number;
}

/** These boxes are known by their rows, or are not read as lists of numbers. */
const UNREAD: ReadonlySet<string> = new Set([
  ...TRUN,
  ...["saiz", "saio", "senc", "sdtp", "subs", "pssh"],
]);

export const PIFF_SENC = PIFF_SENC_UUID.replaceAll("-", "");

/**
 * Reads the boxes of a fragment that hold its samples and their protection.
 *
 * @param bytes moof and mdat, or the first of them
 * @throws Error in one line for a fragment that is damaged, or has several tracks
 */
export function readFragment(
  bytes: Uint8Array,
  { start, defaults, extent = bytes.length }: FragmentContext,
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
  if (moof?.type !== "moof" || !traf || !tfhd || damage !== undefined)
    throw new Error(
      `no moof with a traf and a tfhd (${damage ?? "none found"})`,
    );
  if (others.length > 0)
    throw new Error(
      `${1 + others.length} traf boxes in a moof, expected one: players read no other`,
    );
  const trackId = numberField(tfhd, "track_id");
  const base = baseOf(tfhd, start);
  const defaultSize = sizeOf(tfhd) ?? defaults.get(trackId)?.size ?? 0;
  const room = { base: base ?? 0, begin: moof.size, end: extent };
  return {
    ...{ moof, traf, tfhd, trackId, base },
    ...spansOf(childBoxes(traf, "trun"), defaultSize, room),
    senc: childBox(traf, "senc") ?? childBox(traf, PIFF_SENC),
  };
}

/** tf_flags. ISO/IEC 14496-12 8.8.7.1 */
const BASE_DATA_OFFSET = 0x000001;
const DEFAULT_SIZE = 0x000010;

function baseOf(tfhd: ParsedBox, start: number): number | undefined {
  return numberField(tfhd, "flags") & BASE_DATA_OFFSET
    ? numberField(tfhd, "base_data_offset") - start
    : undefined;
}

function sizeOf(tfhd: ParsedBox): number | undefined {
  return numberField(tfhd, "flags") & DEFAULT_SIZE
    ? numberField(tfhd, "default_sample_size")
    : undefined;
}
