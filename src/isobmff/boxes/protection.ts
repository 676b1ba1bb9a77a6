import { box, fullBox, uuidFullBox } from "../box.js";
import { ascii, concat, hexToBytes, u16, u24, u32, u8 } from "../bytes.js";

/** Boxes of protected files: those of ISO/IEC 23001-7, and the same boxes of PIFF 1.1 under other names. */

/** PiffTrackEncryptionBox, PiffSampleEncryptionBox, PiffProtectionSystemSpecificHeaderBox. PIFF 1.1 5.3 */
export const PIFF_TENC_UUID = "8974dbce-7be7-4c51-84f9-7148f9882554";
export const PIFF_SENC_UUID = "a2394f52-5a9b-4f14-a244-6c427c648df4";
export const PIFF_PSSH_UUID = "d08a4f18-10f3-4a82-b6c8-32d8aba183d3";

/** Bytes of an initialization vector: the only size that all Smooth players read. */
export const IV_SIZE = 8;

/** AES in counter mode. PIFF 1.1 5.3.3 */
const AES_CTR = 1;

/** Each sample of a senc has subsamples after its initialization vector. ISO/IEC 23001-7 7.2 */
const HAS_SUBSAMPLES = 0x000002;

/** Changes the type of a sample entry and adds a last child. ISO/IEC 14496-12 8.12 */
export function protectedEntry(
  type: "encv" | "enca" | "enct",
  entry: Uint8Array,
  sinf: Uint8Array,
): Uint8Array {
  return box(type, entry.subarray(8), sinf);
}

/** The type of a box that was built. ISO/IEC 14496-12 4.2 */
function typeOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(4, 8);
}

/**
 * Protection Scheme Information Box: the entry's clear type, its scheme, and the box with the
 * parameters. ISO/IEC 14496-12 8.12.1 to 8.12.6
 */
export function sinf(
  entry: Uint8Array,
  scheme: string,
  version: number,
  tenc: Uint8Array,
): Uint8Array {
  return box(
    "sinf",
    box("frma", typeOf(entry)),
    fullBox("schm", 0, 0, ascii(scheme), u32(version)),
    box("schi", tenc),
  );
}

/** Track Encryption Box, version 0: one key protects all samples. ISO/IEC 23001-7 8.2 */
export function tenc(kid: Uint8Array, ivSize = IV_SIZE): Uint8Array {
  return fullBox("tenc", 0, 0, u16(0), u8(1, ivSize), kid);
}

/** PIFF's form of it, which names the cipher; the key ID is in UUID order here too. PIFF 1.1 5.3.3 */
export function piffTenc(kid: Uint8Array): Uint8Array {
  return uuidFullBox(PIFF_TENC_UUID, 0, 0, u24(AES_CTR), u8(IV_SIZE), kid);
}

/** Protection System Specific Header Box, version 0. ISO/IEC 23001-7 8.1 */
export function pssh(systemId: string, data: Uint8Array): Uint8Array {
  return fullBox("pssh", 0, 0, systemData(systemId, data));
}

/** The system of all systems: its box names keys, and Clear Key asks for them. W3C "cenc" Initialization Data Format */
const COMMON_SYSTEM = "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b";

/** Version 1, which names a key. ISO/IEC 23001-7 8.1 */
export function commonPssh(kid: Uint8Array): Uint8Array {
  const id = hexToBytes(COMMON_SYSTEM.replaceAll("-", ""));
  return fullBox("pssh", 1, 0, id, u32(1), kid, u32(0));
}

/** PIFF's form of it. PIFF 1.1 5.3.1 */
export function piffPssh(systemId: string, data: Uint8Array): Uint8Array {
  return uuidFullBox(PIFF_PSSH_UUID, 0, 0, systemData(systemId, data));
}

function systemData(systemId: string, data: Uint8Array): Uint8Array {
  const id = hexToBytes(systemId.replaceAll("-", ""));
  return concat([id, u32(data.length), data]);
}

/** A senc's data on the samples of a fragment. */
export interface SencFields {
  readonly count: number;
  /** For each sample its initialization vector and, where there are subsamples, their number and table. */
  readonly rows: Uint8Array;
  readonly hasSubsamples: boolean;
}

/** Sample Encryption Box. ISO/IEC 23001-7 7.2 */
export function senc(fields: SencFields): Uint8Array {
  return fullBox("senc", 0, flagsOf(fields), u32(fields.count), fields.rows);
}

/** PIFF's form of it. The flag that overrides the tenc is never set: ExoPlayer stops at it. PIFF 1.1 5.3.2 */
export function piffSenc(fields: SencFields): Uint8Array {
  const { count, rows } = fields;
  return uuidFullBox(PIFF_SENC_UUID, 0, flagsOf(fields), u32(count), rows);
}

function flagsOf({ hasSubsamples }: SencFields): number {
  return hasSubsamples ? HAS_SUBSAMPLES : 0;
}

/**
 * Sample Auxiliary Information Sizes Box: the size of each row of the senc, as one number for
 * all or a byte each. ISO/IEC 14496-12 8.7.8
 */
export function saiz(
  sizes: Uint8Array | { readonly count: number; readonly size: number },
): Uint8Array {
  return sizes instanceof Uint8Array
    ? fullBox("saiz", 0, 0, u8(0), u32(sizes.length), sizes)
    : fullBox("saiz", 0, 0, u8(sizes.size), u32(sizes.count));
}

/**
 * Sample Auxiliary Information Offsets Box: the distance from the moof's first byte to the first
 * row. ISO/IEC 14496-12 8.7.9
 */
export function saio(offset: number): Uint8Array {
  return fullBox("saio", 0, 0, u32(1, offset));
}
