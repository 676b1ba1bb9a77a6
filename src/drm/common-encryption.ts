import type { CommonEncryption } from "../media/adaptive-title.js";
import type { Protected } from "../media/presentation.js";
import { readPlayReadyObject } from "./read-header.js";
import { HeaderError } from "./system.js";

/** Schemes of ISO/IEC 23001-7. */
const COMMON = new Set(["cenc", "cbcs", "cens", "cbc1"]);

/**
 * The encryption of a title as DASH and HLS are told of it.
 *
 * @param schemes of all pictures and sounds; undefined for those in the clear
 * @returns undefined for a title in the clear, `other` when they have no words for it
 */
export function commonEncryption(
  schemes: readonly (string | undefined)[],
  protection: Protected | undefined,
): CommonEncryption | undefined | "other" {
  const all = new Set(schemes);
  const [scheme] = all;
  if (all.size <= 1 && scheme === undefined) return undefined;
  const isKnown = all.size === 1 && COMMON.has(scheme ?? "");
  if (!isKnown || scheme === undefined || protection === undefined)
    return "other";
  return { scheme, kid: kidOf(protection), ...protection };
}

function kidOf({ data }: Protected): Uint8Array | undefined {
  try {
    return readPlayReadyObject(Buffer.from(data)).keys[0]?.kid;
  } catch (error) {
    if (error instanceof HeaderError) return undefined;
    throw error;
  }
}
