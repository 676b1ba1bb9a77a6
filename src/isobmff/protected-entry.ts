import { boxAt, textField, type ParsedBox } from "./parsed-box.js";

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
