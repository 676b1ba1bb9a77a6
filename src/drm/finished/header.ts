import type { BoxNode } from "../../isobmff/box-tree.js";
import { editBoxes, NOTHING } from "../../isobmff/box.js";
import { PIFF_TENC_UUID } from "../../isobmff/boxes/protection.js";
import { ascii, concat, u32, viewOf } from "../../isobmff/bytes.js";
import type { StreamKind, TrackKind } from "../../media/track.js";
import { protectEntry, systemBox } from "../boxes.js";
import type { Protection } from "../protected-samples.js";
import {
  childOf,
  isPssh,
  topBox,
  tracksOf,
  type TrackBoxes,
} from "./header-boxes.js";

/** The protection of a track, by the moov of its file. */
export interface TrackEncryption {
  readonly trackId: number;
  readonly kind: TrackKind;
  /** Type of the sample entry in the clear. */
  readonly clearType: string;
  /** `piff`, `cenc`, or another scheme. */
  readonly scheme: string;
  /** By PIFF's tenc: 0 none, 1 AES-CTR, 2 AES-CBC; by ISO's: 0 none, 1 as the scheme says. */
  readonly algorithm: number;
  readonly kid: Uint8Array;
  /** Size of an initialization vector in bytes. */
  readonly ivSize: number;
}

const PIFF_TENC = PIFF_TENC_UUID.replaceAll("-", "");

/**
 * The protected tracks of a file.
 *
 * @param bytes everything before the first fragment
 * @throws Error in one line when a box is damaged, or a track has several protections
 */
export function readEncryptions(bytes: Uint8Array): TrackEncryption[] {
  return tracksOf(bytes).flatMap(({ trackId, entries }) => {
    const [first, ...others] = entries.flatMap((entry) => {
      const sinf = childOf(entry, "sinf");
      return sinf ? [readEncryption(bytes, trackId, entry, sinf)] : [];
    });
    if (first === undefined) return [];
    for (const other of others)
      if (!isAlike(first, other))
        throw new Error(
          `has sample entries of unlike protection in track ${trackId}`,
        );
    return [first];
  });
}

function readEncryption(
  bytes: Uint8Array,
  trackId: number,
  entry: BoxNode,
  sinf: BoxNode,
): TrackEncryption {
  const scheme = fieldText(bytes, childOf(sinf, "schm"), 4);
  const schi = childOf(sinf, "schi");
  const tenc = childOf(schi, "tenc") ?? childOf(schi, PIFF_TENC);
  if (tenc === undefined)
    throw new Error("no tenc in a protected sample entry");
  // Version and flags, three bytes whose last one is the algorithm, the size of vectors, the KID.
  const at = tenc.start + tenc.headerSize + 4;
  const kind = entry.type === "encv" ? "video" : "audio";
  return {
    ...({ trackId, kind, scheme } as const),
    clearType: fieldText(bytes, childOf(sinf, "frma"), 0),
    algorithm: bytes[at + 2] ?? 0,
    ivSize: bytes[at + 3] ?? 0,
    kid: bytes.slice(at + 4, at + 20),
  };
}

function isAlike(a: TrackEncryption, b: TrackEncryption): boolean {
  const keys = ["scheme", "algorithm", "ivSize"] as const;
  return (
    keys.every((key) => a[key] === b[key]) && Buffer.compare(a.kid, b.kid) === 0
  );
}

/** The header of the clear file. */
export function clearHeader(bytes: Uint8Array): Uint8Array {
  const entries = entriesOf(tracksOf(bytes));
  return editBoxes(bytes, {
    replace: (node) => {
      if (isPssh(node)) return NOTHING;
      return entries.has(node.start) && childOf(node, "sinf")
        ? clearEntry(bytes, node)
        : undefined;
    },
  });
}

/** The header of a file with no other track than this. */
export function headerOfTrack(bytes: Uint8Array, trackId: number): Uint8Array {
  const others = tracksOf(bytes).filter((one) => one.trackId !== trackId);
  const gone = new Set(others.map(({ trak }) => trak.start));
  const isGone = ({ type, start, headerSize }: BoxNode) =>
    type === "trex"
      ? viewOf(bytes).getUint32(start + headerSize + 4) !== trackId
      : gone.has(start);
  return editBoxes(bytes, {
    replace: (node) => (isGone(node) ? NOTHING : undefined),
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
    tracksOf(bytes).flatMap(({ trackId, entries }) =>
      entries.map(({ start }) => [start, protections.get(trackId)] as const),
    ),
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

function entriesOf(tracks: readonly TrackBoxes[]): ReadonlySet<number> {
  return new Set(
    tracks.flatMap(({ entries }) => entries.map(({ start }) => start)),
  );
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
