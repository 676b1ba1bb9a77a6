import { PackError } from "../errors.js";
import { BOX_STYLES, type BoxStyle } from "./box-style.js";
import { requireContentKey, type KeepKey } from "./content-key.js";
import { requireFittingHeader } from "./keys/check-header.js";
import { uuidText } from "./kid.js";
import { playready, checksum } from "./playready.js";
import type { Protection } from "./protected-samples.js";
import {
  type System,
  type SystemName,
  type HeaderSettings,
  SYSTEM_FACTS,
} from "./system.js";

/** To add a system: one file, its facts in system.ts, and a row here. */
export const SYSTEMS: Readonly<Record<SystemName, System>> = { playready };

/**
 * The settings that all tracks of a protected presentation share.
 *
 * @throws PackError `usage` for settings that cannot be written, also from a caller without types; `input` for a
 * header that is for another key
 */
export function protectionOf(request: ProtectionRequest): Protection {
  requireRequest(request);
  const { system, contentKey, encryption = "piff" } = request;
  const { kid, key } = contentKey;
  const { systemId } = SYSTEMS[system];
  const data = SYSTEMS[system].header(request);
  return { systemId, data, kid, key, encryption };
}

/** How a presentation is to be protected. */
export interface ProtectionRequest extends HeaderSettings {
  readonly system: SystemName;
  /** `piff` writes the boxes of PIFF 1.1, which all players read; `cenc` those of ISO/IEC 23001-7. Default `piff`. */
  readonly encryption?: BoxStyle | undefined;
  /**
   * The same tracks with the same key give the same bytes. Otherwise initialization vectors are
   * random, and no two runs give the same bytes. Costs a hash over all samples.
   */
  readonly reproducible?: boolean | undefined;
  /** Called when a package is complete, before it becomes visible. Only then is a new key written to its file. */
  readonly keepKey?: KeepKey | undefined;
}

/**
 * Checks a request, which may come from a caller without types.
 *
 * @throws PackError `usage` for an invalid request, `input` for a header that does not fit the key
 */
function requireRequest(request: ProtectionRequest): void {
  const value: unknown = request;
  if (typeof value !== "object" || value === null)
    throw wrong("protection", "an object");
  for (const [before, now] of Object.entries(RENAMED))
    if (before in value)
      throw wrong(`protection.${before}`, `protection.${now}`);
  requireName("protection.system", request.system, SYSTEM_FACTS);
  requireName(
    "protection.encryption",
    request.encryption ?? "piff",
    BOX_STYLES,
  );
  requireContentKey(request.contentKey);
  const { laUrl, luiUrl, dsId, customAttributes, headerData } = request;
  const texts = { laUrl, luiUrl, dsId, customAttributes, headerData };
  for (const [name, text] of Object.entries<unknown>(texts))
    if (text !== undefined && typeof text !== "string")
      throw wrong(`protection.${name}`, "text");
  if (headerData !== undefined)
    requireFittingHeader(
      headerData,
      request.contentKey,
      "protection.headerData",
    );
}

/** Fields of earlier builds. Ignoring them would protect in another way than the caller wants. */
const RENAMED = { scheme: "system", boxes: "encryption" };

/** Names that every object has, such as toString, are not names of a table. */
function requireName(field: string, name: unknown, table: object): void {
  if (typeof name === "string" && Object.hasOwn(table, name)) return;
  throw wrong(field, Object.keys(table).join(" or "));
}

/** The message leaves the value out: it may be a key. */
function wrong(field: string, expected: string): PackError {
  return new PackError(
    "usage",
    `${field} is something else. Expected ${expected}.`,
    { facts: { option: field, expected } },
  );
}

/** The public facts of a protection, which the package holds too. */
export interface ProtectionFacts {
  readonly system: SystemName;
  /** Key ID, a UUID. */
  readonly kid: string;
  /** Distinguishes the right key from wrong ones; base64. */
  readonly checksum: string;
  readonly encryption: "piff" | "cenc";
}

export function protectionFacts(request: ProtectionRequest): ProtectionFacts {
  const { system, contentKey, encryption = "piff" } = request;
  const kid = uuidText(contentKey.kid);
  return { system, kid, checksum: checksum(contentKey), encryption };
}
