import { latin1, viewOf } from "./bytes.js";

/**
 * A box from the parser. Fields have the names of ISO/IEC 14496-12 in mp4box's spelling; the
 * helpers below read them with a check.
 */
export interface ParsedBox {
  readonly type: string;
  /** For a known `uuid` box: 32 hex digits. */
  readonly uuid: string | undefined;
  /** Position of the box in `bytes`. */
  readonly start: number;
  readonly size: number;
  readonly headerSize: number;
  /** The whole buffer with the bytes of the box. */
  readonly bytes: Uint8Array;
  readonly children: readonly ParsedBox[];
  /** Why it has no fields or no children: it is damaged, and no reader needs it. */
  readonly damage?: string | undefined;
  field(name: string): unknown;
  /** Names of all fields, in the order of the file. */
  fieldNames(): string[];
}

export function childBox(
  parent: ParsedBox,
  type: string,
): ParsedBox | undefined {
  return parent.children.find(
    (child) => child.type === type || child.uuid === type,
  );
}

export function childBoxes(parent: ParsedBox, type: string): ParsedBox[] {
  return parent.children.filter((child) => child.type === type);
}

/** The box at the end of a path of types, such as `["mdia", "minf", "stbl"]`. */
export function boxAt(
  parent: ParsedBox,
  path: readonly string[],
): ParsedBox | undefined {
  let box: ParsedBox | undefined = parent;
  for (const type of path)
    box = box === undefined ? undefined : childBox(box, type);
  return box;
}

/** The bytes after the box's header. */
export function payloadOf(box: ParsedBox): Uint8Array {
  return box.bytes.subarray(box.start + box.headerSize, box.start + box.size);
}

export function numberField(box: ParsedBox, name: string): number {
  const value = box.field(name);
  return typeof value === "number" ? value : Number.NaN;
}

export function textField(box: ParsedBox, name: string): string {
  const value = box.field(name);
  return typeof value === "string" ? value : "";
}

/** A field that is a list of numbers; empty when the box has none. */
export function numbersField(
  box: ParsedBox | undefined,
  name: string,
): readonly number[] {
  const value = box?.field(name);
  if (value instanceof Int32Array) return [...value];
  return Array.isArray(value) ? (value as number[]) : [];
}

/** Does the sample entry describe encrypted samples? ISO/IEC 14496-12 8.12 */
export function isProtectedEntry({ type }: ParsedBox): boolean {
  return type === "encv" || type === "enca";
}

/** The clear type of a sample entry; empty when a protected one does not give it. ISO/IEC 14496-12 8.12.2 */
export function clearType(entry: ParsedBox): string {
  if (!isProtectedEntry(entry)) return entry.type;
  const original = boxAt(entry, ["sinf", "frma"]);
  return original === undefined ? "" : textField(original, "data_format");
}

/** Sample entries of protected tracks; `drmi` and `drms` are Apple's. ISO/IEC 14496-12 8.12 */
export const ENCRYPTED_ENTRIES: readonly string[] = [
  ...["encv", "enca", "drmi", "drms"],
];

/**
 * The encryption scheme of a sample entry, such as `cenc`; undefined when it is clear. Some
 * protected entries keep the clear type but have a sinf.
 */
export function encryptionOf(entry: ParsedBox): string | undefined {
  const sinf = boxAt(entry, ["sinf"]);
  if (sinf === undefined)
    return ENCRYPTED_ENTRIES.includes(entry.type) ? entry.type : undefined;
  const schm = boxAt(sinf, ["schm"]);
  const scheme = schm && latin1(payloadOf(schm), 0, 4);
  return scheme !== undefined && /^[\x21-\x7e]{4}$/.test(scheme)
    ? scheme
    : entry.type;
}

/** An MPEG-4 descriptor as mp4box gives it. ISO/IEC 14496-1 7.2.6 */
interface Descriptor {
  readonly tag: number;
  readonly data?: Uint8Array;
  readonly descs?: readonly Descriptor[];
}

const DECODER_CONFIG = 0x04;
const DECODER_SPECIFIC_INFO = 0x05;

/** The AudioSpecificConfig in an mp4a sample entry; QuickTime files keep the esds inside `wave`. */
export function audioSpecificConfigOf(
  entry: ParsedBox,
): Uint8Array | undefined {
  const wave = childBox(entry, "wave");
  const esds = childBox(entry, "esds") ?? (wave && childBox(wave, "esds"));
  const root = esds?.field("esd") as Descriptor | undefined;
  const decoderConfig = findDescriptor(root, DECODER_CONFIG);
  return findDescriptor(decoderConfig, DECODER_SPECIFIC_INFO)?.data;
}

function findDescriptor(
  parent: Descriptor | undefined,
  tag: number,
): Descriptor | undefined {
  return parent?.descs?.find((child) => child.tag === tag);
}

/** When the first sample of a fragment is presented. MS-SSTR 2.2.4.4 */
export function tfxdTime(tfxd: ParsedBox): bigint {
  return timeIn(tfxd, 2);
}

/** When the first sample of a fragment is decoded. ISO/IEC 14496-12 8.8.12 */
export function tfdtTime(tfdt: ParsedBox): bigint {
  return timeIn(tfdt, 1);
}

/** Size, type, version and flags. ISO/IEC 14496-12 4.2 */
const FULL_BOX = 12;

/**
 * The first of the numbers at the end of a box, read from its bytes; version 1 has 64 bits.
 * mp4box gives doubles, which cannot hold the times of live encoders. The number is signed:
 * ffmpeg counts the lead-in of AAC below 0.
 *
 * @throws Error in one line when the box is too small
 */
function timeIn(box: ParsedBox, numbers: number): bigint {
  const { bytes, start, size } = box;
  const view = viewOf(bytes.subarray(start, start + size));
  const isLong = numberField(box, "version") === 1;
  const at = view.byteLength - numbers * (isLong ? 8 : 4);
  if (at < FULL_BOX)
    throw new Error(`${box.type} at ${box.start} has no room for its time`);
  return isLong ? view.getBigInt64(at) : BigInt(view.getUint32(at));
}
