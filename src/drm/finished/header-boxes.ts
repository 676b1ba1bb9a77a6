import { type BoxNode, walkBoxes } from "../../isobmff/box-tree.js";
import { PIFF_PSSH_UUID } from "../../isobmff/boxes/protection.js";
import { viewOf } from "../../isobmff/bytes.js";
import {
  trackDefaults,
  type SampleDefaults,
} from "../../isobmff/fragment-runs.js";
import { parseBoxes } from "../../isobmff/source.js";
import { TABLES } from "../../isobmff/table-rows.js";

/** Finds the boxes of a header: everything before the first fragment of a file. */

export const PIFF_PSSH = PIFF_PSSH_UUID.replaceAll("-", "");

export interface TrackBoxes {
  readonly trackId: number;
  readonly trak: BoxNode;
  /** Its sample entries; nearly always one. */
  readonly entries: readonly BoxNode[];
}

export function tracksOf(bytes: Uint8Array): TrackBoxes[] {
  const moov = topBox(bytes, "moov");
  return (moov?.children ?? [])
    .filter(({ type }) => type === "trak")
    .flatMap((trak) => {
      const tkhd = childOf(trak, "tkhd");
      if (tkhd === undefined) return [];
      const entries = tableOf(trak, "stsd")?.children ?? [];
      return [{ trackId: trackIdOf(bytes, tkhd), trak, entries }];
    });
}

function tableOf(trak: BoxNode, type: string): BoxNode | undefined {
  return ["mdia", "minf", "stbl", type].reduce<BoxNode | undefined>(
    childOf,
    trak,
  );
}

/** After version, flags and two times of 32 or 64 bits. ISO/IEC 14496-12 8.3.2 */
function trackIdOf(bytes: Uint8Array, { start, headerSize }: BoxNode): number {
  const at = start + headerSize;
  return viewOf(bytes).getUint32(at + (bytes[at] === 1 ? 20 : 12));
}

/** What the moov says of samples that say nothing, by track. ISO/IEC 14496-12 8.8.3 */
export function sampleDefaults(
  bytes: Uint8Array,
): ReadonlyMap<number, SampleDefaults> {
  const node = topBox(bytes, "moov");
  if (node === undefined) return new Map();
  const own = bytes.subarray(node.start, node.start + node.size);
  const [moov] = parseBoxes(own, undefined, TABLES);
  return moov ? trackDefaults(moov) : new Map();
}

/**
 * Samples that the moov itself lists would keep their bytes, and their places would be wrong.
 *
 * @throws Error in one line for a track with such samples
 */
export function requireNoSamples(bytes: Uint8Array): void {
  for (const { trackId, trak } of tracksOf(bytes)) {
    const stsz = tableOf(trak, "stsz");
    if (stsz === undefined || stsz.size < stsz.headerSize + 12) continue;
    const count = viewOf(bytes).getUint32(stsz.start + stsz.headerSize + 8);
    if (count > 0)
      throw new Error(
        `has ${count} samples of track ${trackId} outside of its fragments, expected none`,
      );
  }
}

export function topBox(bytes: Uint8Array, type: string): BoxNode | undefined {
  for (const node of walkBoxes(bytes)) if (node.type === type) return node;
  return undefined;
}

export function isPssh({
  type,
  uuid,
}: Pick<BoxNode, "type" | "uuid">): boolean {
  return type === "pssh" || uuid === PIFF_PSSH;
}

export function childOf(
  parent: BoxNode | undefined,
  type: string,
): BoxNode | undefined {
  return parent?.children.find(
    (child) => child.type === type || child.uuid === type,
  );
}
