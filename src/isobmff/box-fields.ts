import { ascii, viewOf } from "./bytes.js";

/** What the first bytes of a box say. ISO/IEC 14496-12 4.2 */
export interface Header {
  readonly type: string;
  /** Of a `uuid` box: 32 hex digits. */
  readonly uuid: string | undefined;
  readonly start: number;
  readonly size: number;
  readonly headerSize: number;
}

/** Boxes that hold boxes, and how many bytes of fields stand before these. ISO/IEC 14496-12 table 1; wave, tapt and gmhd are QuickTime's. */
// prettier-ignore
const CONTAINERS: ReadonlyMap<string, number> = new Map([
  ["moov", 0], ["trak", 0], ["tref", 0], ["edts", 0], ["mdia", 0], ["minf", 0], ["dinf", 0],
  ["stbl", 0], ["mvex", 0], ["udta", 0], ["moof", 0], ["traf", 0], ["mfra", 0], ["sinf", 0],
  ["schi", 0], ["wave", 0], ["tapt", 0], ["gmhd", 0], ["stsd", 8], ["dref", 8],
]);

/** The fields of sample entries. ISO/IEC 14496-12 12.1.3 and 12.2.3 */
const PICTURE_FIELDS = 78;
const SOUND_FIELDS = 28;
// prettier-ignore
const PICTURES = new Set([
  "avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "av01", "vp08", "vp09", "mp4v", "encv",
]);
const SOUNDS = new Set(["mp4a", "ac-3", "ec-3", "Opus", "enca"]);

/** How many bytes of fields ISO gives a sample entry; undefined when this only names it. */
export function entryFields(type: string): number | undefined {
  if (PICTURES.has(type)) return PICTURE_FIELDS;
  return SOUNDS.has(type) ? SOUND_FIELDS : undefined;
}

/** What QuickTime's versions of sound entries have behind ISO's fields. */
const MORE_FIELDS: Readonly<Record<number, number>> = { 1: 16, 2: 36 };

/** A meta box of QuickTime has no version and flags: its first child stands in their place. */
const QUICKTIME_META = new Set(
  ["hdlr", "mhdr", "keys", "ilst"].map((type) =>
    viewOf(ascii(type)).getUint32(0),
  ),
);

/** How many bytes of fields stand before the children; undefined when the box has none. */
export function fieldBytes(
  view: DataView,
  { type, start, size, headerSize }: Header,
  parent: string,
): number | undefined {
  if (parent === "stsd") {
    const fields = entryFields(type);
    if (fields === undefined || !SOUNDS.has(type)) return fields;
    const hasVersion = size >= headerSize + 10;
    const version = hasVersion ? view.getUint16(start + headerSize + 8) : 0;
    return fields + (MORE_FIELDS[version] ?? 0);
  }
  if (parent === "tref") return undefined;
  if (type !== "meta") return CONTAINERS.get(type);
  const first =
    size < headerSize + 8 ? 0 : view.getUint32(start + headerSize + 4);
  return QUICKTIME_META.has(first) ? 0 : 4;
}
