import { type BoxNode, walkBoxes } from "../../isobmff/box-tree.js";
import { editBoxes, NOTHING } from "../../isobmff/box.js";
import {
  PIFF_PSSH_UUID,
  PIFF_TENC_UUID,
} from "../../isobmff/boxes/protection.js";
import { ascii, concat, u32, viewOf } from "../../isobmff/bytes.js";
import type { StreamKind, TrackKind } from "../../media/track.js";
import { protectEntry, systemBox } from "../boxes.js";
import type { Protection } from "../protected-samples.js";

/** The protection of a track, by the moov of its file. */
export interface TrackEncryption {
  readonly trackId: number;
  readonly kind: TrackKind;
  /** Type of the sample entry in the clear. */
  readonly clearType: string;
  /** `piff`, `cenc`, or another scheme. */
  readonly scheme: string;
  readonly kid: Uint8Array;
  /** Size of an initialization vector in bytes. */
  readonly ivSize: number;
}

const PIFF_TENC = PIFF_TENC_UUID.replaceAll("-", "");
const PIFF_PSSH = PIFF_PSSH_UUID.replaceAll("-", "");

/**
 * The protected tracks of a file.
 *
 * @param bytes everything before the first fragment
 * @throws Error in one line when a box is damaged
 */
export function readEncryptions(bytes: Uint8Array): TrackEncryption[] {
  return tracksOf(bytes).flatMap(({ trackId, entry }) => {
    const sinf = childOf(entry, "sinf");
    if (sinf === undefined) return [];
    const scheme = fieldText(bytes, childOf(sinf, "schm"), 4);
    const schi = childOf(sinf, "schi");
    const tenc = childOf(schi, "tenc") ?? childOf(schi, PIFF_TENC);
    if (tenc === undefined)
      throw new Error("no tenc in a protected sample entry");
    // Version and flags, four bytes whose last one is the size of vectors, the KID.
    const at = tenc.start + tenc.headerSize + 4;
    const kind = entry.type === "encv" ? "video" : "audio";
    return [
      {
        ...({ trackId, kind, scheme } as const),
        clearType: fieldText(bytes, childOf(sinf, "frma"), 0),
        ivSize: bytes[at + 3] ?? 0,
        kid: bytes.slice(at + 4, at + 20),
      },
    ];
  });
}

/** The header of the clear file. */
export function clearHeader(bytes: Uint8Array): Uint8Array {
  const entries = new Map(
    tracksOf(bytes).map(({ entry }) => [entry.start, entry]),
  );
  return editBoxes(bytes, {
    replace: (node) => {
      if (isPssh(node)) return NOTHING;
      const entry = entries.get(node.start);
      return entry && childOf(entry, "sinf")
        ? clearEntry(bytes, entry)
        : undefined;
    },
  });
}

/** The data of the pssh boxes of a system, such as a PlayReady Object. */
export function systemData(bytes: Uint8Array, systemId: string): Uint8Array[] {
  const moov = topBox(bytes, "moov");
  const id = systemId.replaceAll("-", "");
  return (moov?.children ?? []).filter(isPssh).flatMap((box) => {
    const at = box.start + box.headerSize + 4;
    const systemId = Buffer.from(bytes.subarray(at, at + 16)).toString("hex");
    return systemId === id
      ? [bytes.subarray(at + 20, box.start + box.size)]
      : [];
  });
}

/**
 * Protects the header of a clear file.
 *
 * @param protections by track ID; tracks without one stay clear
 */
export function protectHeader(
  bytes: Uint8Array,
  protections: ReadonlyMap<
    number,
    { readonly kind: StreamKind; readonly protection: Protection }
  >,
): Uint8Array {
  const byEntry = new Map(
    tracksOf(bytes).map(({ trackId, entry }) => [
      entry.start,
      protections.get(trackId),
    ]),
  );
  const [first] = protections.values();
  return editBoxes(bytes, {
    replace: (node) => {
      const entryToProtect = byEntry.get(node.start);
      if (entryToProtect === undefined) return undefined;
      const entry = bytes.subarray(node.start, node.start + node.size);
      return protectEntry(
        entry,
        entryToProtect.kind,
        entryToProtect.protection,
      );
    },
    append: (node) =>
      node.type === "moov" && first ? [systemBox(first.protection)] : [],
  });
}

/** The entry under its original type, without the sinf. */
function clearEntry(bytes: Uint8Array, entry: BoxNode): Uint8Array {
  const sinf = childOf(entry, "sinf");
  const type = fieldText(bytes, childOf(sinf, "frma"), 0);
  const end = entry.start + entry.size;
  const rest = concat([
    bytes.subarray(entry.start + 8, sinf?.start ?? end),
    bytes.subarray(sinf ? sinf.start + sinf.size : end, end),
  ]);
  return concat([u32(rest.length + 8), ascii(type), rest]);
}

interface TrackEntry {
  readonly trackId: number;
  readonly entry: BoxNode;
}

function tracksOf(bytes: Uint8Array): TrackEntry[] {
  const moov = topBox(bytes, "moov");
  return (moov?.children ?? [])
    .filter(({ type }) => type === "trak")
    .flatMap((trak) => {
      const tkhd = childOf(trak, "tkhd");
      const stsd = ["mdia", "minf", "stbl", "stsd"].reduce<BoxNode | undefined>(
        childOf,
        trak,
      );
      const [entry] = stsd?.children ?? [];
      if (tkhd === undefined || entry === undefined) return [];
      return [{ trackId: trackIdOf(bytes, tkhd), entry }];
    });
}

/** After version, flags and two times of 32 or 64 bits. ISO/IEC 14496-12 8.3.2 */
function trackIdOf(bytes: Uint8Array, { start, headerSize }: BoxNode): number {
  const at = start + headerSize;
  return viewOf(bytes).getUint32(at + (bytes[at] === 1 ? 20 : 12));
}

function topBox(bytes: Uint8Array, type: string): BoxNode | undefined {
  return [...walkBoxes(bytes)].find((node) => node.type === type);
}

function isPssh({ type, uuid }: BoxNode): boolean {
  return type === "pssh" || uuid === PIFF_PSSH;
}

function childOf(
  parent: BoxNode | undefined,
  type: string,
): BoxNode | undefined {
  return parent?.children.find(
    (child) => child.type === type || child.uuid === type,
  );
}

/** Four characters in a box's fields. */
function fieldText(
  bytes: Uint8Array,
  box: BoxNode | undefined,
  at: number,
): string {
  if (box === undefined)
    throw new Error("a protected sample entry without frma or schm");
  const from = box.start + box.headerSize + at;
  return Buffer.from(bytes.subarray(from, from + 4)).toString("latin1");
}
