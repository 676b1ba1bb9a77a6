import { PackError } from "../errors.js";
import { BOX_STYLES, type BoxStyle } from "./box-style.js";
import { requireContentKey, type KeepKey } from "./content-key.js";
import { checkHeader } from "./keys/check-header.js";
import { uuidText } from "./kid.js";
import { playready, checksum } from "./playready.js";
import type { Protection } from "./protected-samples.js";
import {
  type Scheme,
  type SchemeName,
  type HeaderSettings,
  SYSTEMS,
} from "./system.js";

/** The door for another system: one file, its name in systems.ts, and a row here. */
export const SCHEMES: Readonly<Record<SchemeName, Scheme>> = { playready };

/**
 * What all tracks of a protected presentation have in common.
 *
 * @throws PackError `usage` for settings that cannot be written, whatever a caller without types gives;
 * `input` for a header that is for another key
 */
export function protectionOf(request: ProtectionRequest): Protection {
  requireRequest(request);
  const { scheme, contentKey, boxes = "piff" } = request;
  const { kid, key } = contentKey;
  const { systemId } = SCHEMES[scheme];
  const data = SCHEMES[scheme].header(request);
  return { systemId, data, kid, key, boxes };
}

/** How a presentation is to be protected. */
export interface ProtectionRequest extends HeaderSettings {
  readonly scheme: SchemeName;
  /** As PIFF 1.1 has them, which all players read, or those of ISO/IEC 23001-7. Default `piff`. */
  readonly boxes?: BoxStyle | undefined;
  /**
   * The same tracks with the same key give the same bytes. Else initialization vectors
   * are random, and no two runs give the same. Costs a hash over all samples.
   */
  readonly reproducible?: boolean | undefined;
  /** Called when a package is complete, before it becomes visible: a new key is written down then, and no sooner. */
  readonly keepKey?: KeepKey | undefined;
}

/**
 * Looks at a request, which may come from a caller without types.
 *
 * @throws PackError `usage` for what is none, `input` for a header that does not fit the key
 */
export function requireRequest(request: ProtectionRequest): void {
  const given: unknown = request;
  if (typeof given !== "object" || given === null)
    throw wrong("protection", "an object");
  requireName("protection.scheme", request.scheme, SYSTEMS);
  requireName("protection.boxes", request.boxes ?? "piff", BOX_STYLES);
  requireContentKey(request.contentKey);
  const { laUrl, luiUrl, dsId, customAttributes, headerData } = request;
  const texts = { laUrl, luiUrl, dsId, customAttributes, headerData };
  for (const [name, text] of Object.entries<unknown>(texts))
    if (text !== undefined && typeof text !== "string")
      throw wrong(`protection.${name}`, "text");
  if (headerData !== undefined)
    checkHeader(headerData, request.contentKey, "protection.headerData");
}

/** What every object has, such as toString, is no name of a table. */
function requireName(field: string, name: unknown, table: object): void {
  if (typeof name === "string" && Object.hasOwn(table, name)) return;
  throw wrong(field, Object.keys(table).join(" or "));
}

/** What was given is not said: it may be a key. */
function wrong(field: string, expected: string): PackError {
  return new PackError(
    "usage",
    `${field} is something else. Expected ${expected}.`,
    { facts: { option: field, expected } },
  );
}

/** What everybody may know of a protection: it stands in the package, too. */
export interface ProtectionFacts {
  readonly scheme: SchemeName;
  /** Key ID, a UUID. */
  readonly kid: string;
  /** Tells the right key from wrong ones; base64. */
  readonly checksum: string;
  readonly boxes: "piff" | "cenc";
}

export function protectionFacts(request: ProtectionRequest): ProtectionFacts {
  const { scheme, contentKey, boxes = "piff" } = request;
  const kid = uuidText(contentKey.kid);
  return { scheme, kid, checksum: checksum(contentKey), boxes };
}
