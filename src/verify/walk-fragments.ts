import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { TFXD_UUID } from "../isobmff/boxes/fragment.js";
import { typeText } from "../isobmff/bytes.js";
import {
  boxAt,
  numberField,
  type ParsedBox,
  tfdtTime,
  tfxdTime,
} from "../isobmff/parsed-box.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN, trunRows } from "../isobmff/table-rows.js";
import type { FindingPlace } from "./finding.js";

const TFXD = TFXD_UUID.replaceAll("-", "");

/** A fragment of a file without an index, found by its moof. */
export interface WalkedFragment {
  readonly trackId: number;
  readonly begin: number;
  /** Where the mdat ends. */
  readonly end: number;
  /** When its first sample is presented, by its own boxes. */
  readonly time: bigint | undefined;
}

/** What was found in a file. */
export interface Walk {
  readonly fragments: readonly WalkedFragment[];
  /** There is an mfra all the same. */
  readonly hasIndex: boolean;
}

/** Its header, and an mfro. ISO/IEC 14496-12 8.8.9, 8.8.11 */
const EMPTY_MFRA = 24;

/** A larger moof is not believed: 100,000 samples in a fragment take 1.2 MB. */
const MOST_MOOF = 16 * 1024 * 1024;

/** A week of two-second fragments. */
const MOST_FRAGMENTS = 302_400;

/** After this many fragments other work gets its turn. */
const FRAGMENTS_A_TURN = 16;

/**
 * The fragments of a file in its order, for a file whose index is missing. A box that is cut off
 * is a fault, and the last one that is looked at.
 */
export async function walkFragments(
  file: FileHandle,
  size: number,
  place: FindingPlace,
): Promise<Walk> {
  let hasIndex = false;
  const found: WalkedFragment[] = [];
  let moof: Omit<WalkedFragment, "end"> | undefined;
  for await (const span of scanBoxes(file, size)) {
    const end = span.start + span.size;
    if (end > size || span.size < span.headerSize) {
      place.fault("file", cutOff(span.type, span.start, span.size, size));
      break;
    }
    // Live encoders end a file with an mfra that has nothing but its mfro.
    if (span.type === "mfra") hasIndex = span.size > EMPTY_MFRA;
    if (span.type === "mdat" && moof !== undefined)
      found.push({ ...moof, end });
    if (span.type === "mdat") moof = undefined;
    if (span.type !== "moof" || span.size > MOST_MOOF) continue;
    if (found.length >= MOST_FRAGMENTS) break;
    if (found.length % FRAGMENTS_A_TURN === 0) await setImmediate();
    const bytes = await readAt(file, span.start, span.size);
    const [box] = parseBoxes(bytes, () => undefined, TRUN);
    moof = { begin: span.start, ...factsOf(box) };
  }
  return { fragments: found, hasIndex };
}

function cutOff(type: string, start: number, size: number, end: number) {
  return `is cut off: ${typeText(type)} at ${start} claims ${size} bytes, the file ends at ${end}`;
}

/** NaN as the track of a moof that cannot be read: another check says so. */
function factsOf(moof: ParsedBox | undefined) {
  const tfhd = moof && boxAt(moof, ["traf", "tfhd"]);
  const trackId = tfhd ? numberField(tfhd, "track_id") : NaN;
  return { trackId, time: moof && timeOf(moof) };
}

function timeOf(moof: ParsedBox): bigint | undefined {
  const tfxd = boxAt(moof, ["traf", TFXD]);
  const tfdt = boxAt(moof, ["traf", "tfdt"]);
  const trun = boxAt(moof, ["traf", "trun"]);
  try {
    if (tfxd !== undefined) return tfxdTime(tfxd);
    if (tfdt === undefined) return undefined;
    const offset = trun && trunRows(trun).compositionOffset(0);
    return tfdtTime(tfdt) + BigInt(offset ?? 0);
  } catch {
    return undefined; // the check of the fragment says why
  }
}
