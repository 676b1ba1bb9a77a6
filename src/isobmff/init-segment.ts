import { walkBoxes, type BoxNode } from "./box-tree.js";
import { box, editBoxes, fullBox, NOTHING } from "./box.js";
import { ftyp, hdlr, sthd } from "./boxes/movie.js";
import { stpp } from "./boxes/sample-table.js";
import { concat, i16, u32, viewOf } from "./bytes.js";

/** How the one track of an initialization segment differs from the track of its file. */
export interface InitChanges {
  /**
   * The composition offset of the first sample, in ticks of the track: an edit list takes it off
   * all times. Undefined: the edit list of the file stays.
   */
  readonly firstOffset?: number | undefined;
  /** Its documents become `stpp`, whose times count from the begin of the track. */
  readonly isStpp?: boolean | undefined;
}

/**
 * The initialization segment of one track: an ftyp, and the moov without all other tracks. ISO/IEC
 * 23009-1 6.3.3
 *
 * @param moov the whole box
 * @throws Error in one line for a moov that is damaged or has no such track
 */
export function initSegment(
  moov: Uint8Array,
  trackId: number,
  changes: InitChanges = {},
): Uint8Array {
  trakOf(moov, trackId);
  const isOther = (node: BoxNode) =>
    (node.type === "trak" && trackIdOf(moov, node) !== trackId) ||
    (node.type === "trex" && numberAt(moov, node, 4) !== trackId);
  // Samples that are shown before they are decoded keep their times.
  const { firstOffset = 0 } = changes;
  const one = editBoxes(moov, {
    replace: (node) => (isOther(node) ? NOTHING : replacement(node, changes)),
    append: ({ type }) =>
      type === "trak" && firstOffset > 0 ? [edts(firstOffset)] : [],
  });
  return concat([ftyp("iso6", 0, ["iso6", "dash"]), one]);
}

function replacement(
  { type }: BoxNode,
  { firstOffset, isStpp }: InitChanges,
): Uint8Array | undefined {
  if (type === "edts" && firstOffset !== undefined) return NOTHING;
  if (!isStpp) return undefined;
  if (type === "stsd") return fullBox("stsd", 0, 0, u32(1), stpp());
  if (type === "hdlr") return hdlr("subt", "Subtitles");
  return MEDIA_HEADERS.has(type) ? sthd() : undefined;
}

/** ISO/IEC 14496-12 12.6: those of text and of tracks without a kind. */
const MEDIA_HEADERS = new Set(["nmhd", "gmhd"]);

/** Ticks per second of a track. @throws Error in one line, as above */
export function timescaleIn(moov: Uint8Array, trackId: number): number {
  const trak = trakOf(moov, trackId);
  const mdia = trak.children.find(({ type }) => type === "mdia");
  const mdhd = mdia?.children.find(({ type }) => type === "mdhd");
  const timescale = mdhd ? numberAt(moov, mdhd, 12, 20) : 0;
  if (timescale === 0) throw new Error(`track ${trackId} has no timescale`);
  return timescale;
}

function trakOf(moov: Uint8Array, trackId: number): BoxNode {
  const [root] = [...walkBoxes(moov)];
  const trak = root?.children.find(
    (node) => node.type === "trak" && trackIdOf(moov, node) === trackId,
  );
  if (trak === undefined) throw new Error(`moov has no track ${trackId}`);
  return trak;
}

/** ISO/IEC 14496-12 8.3.2 */
function trackIdOf(moov: Uint8Array, trak: BoxNode): number {
  const tkhd = trak.children.find(({ type }) => type === "tkhd");
  return tkhd ? numberAt(moov, tkhd, 12, 20) : 0;
}

/**
 * A number of 32 bits in a full box, by its place behind the box's header.
 *
 * @param longPlace its place in version 1
 */
function numberAt(
  bytes: Uint8Array,
  { start, headerSize, size }: BoxNode,
  place: number,
  longPlace = place,
): number {
  const payload = bytes.subarray(start + headerSize, start + size);
  const at = payload[0] === 1 ? longPlace : place;
  return at + 4 <= payload.length ? viewOf(payload).getUint32(at) : 0;
}

/** Presentation begins at this place of the media, and goes on to its end. ISO/IEC 14496-12 8.6.6 */
function edts(mediaTime: number): Uint8Array {
  const row = concat([u32(0, mediaTime), i16(1, 0)]);
  return box("edts", fullBox("elst", 0, 0, u32(1), row));
}
