import { boxAt, payloadOf, textField, type ParsedBox } from "./parsed-box.js";
import { latin1 } from "./bytes.js";

/** Is what a sample entry describes encrypted? ISO/IEC 14496-12 8.12 */
export function isProtectedEntry({ type }: ParsedBox): boolean {
  return type === "encv" || type === "enca";
}

/** The type that a sample entry has in the clear; empty when a protected one does not say. ISO/IEC 14496-12 8.12.2 */
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
 * How what a sample entry describes is encrypted, such as `cenc`; undefined when
 * it is not. Some keep the clear type, and have a sinf all the same.
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
