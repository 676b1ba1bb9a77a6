import { fullBox } from "../../src/isobmff/box.js";
import { u32 } from "../../src/isobmff/bytes.js";
import type { ParsedBox } from "../../src/isobmff/parsed-box.js";
import { parseBoxes } from "../../src/isobmff/source.js";

/** A sample entry as it is read out of a file, and what stands behind it there. */
export function parseSampleEntry(
  bytes: Uint8Array,
  behind: Uint8Array = new Uint8Array(),
): ParsedBox {
  const [stsd] = parseBoxes(fullBox("stsd", 0, 0, u32(1), bytes, behind));
  const entry = stsd?.children[0];
  if (entry === undefined) throw new Error("no sample entry");
  return entry;
}
