import {
  plainSystemId,
  type FoundProtection,
} from "../smooth/protection-element.js";
import { SYSTEMS } from "./index.js";
import { HeaderError, type HeaderKey, type System } from "./system.js";

/** The system of a header in a client manifest; undefined for an unknown system. */
export function systemOfHeader(header: FoundProtection): System | undefined {
  const plainId = plainSystemId(header);
  return Object.values(SYSTEMS).find(({ systemId }) => systemId === plainId);
}

/** What opens a package: a known system, and the one key that its header names. */
export interface PackageKeyInfo {
  readonly system: System;
  readonly key: HeaderKey;
}

/**
 * Finds the first header of a client manifest with a known system.
 *
 * @returns undefined when there is none
 * @throws HeaderError when the header cannot be read or names no key; it has the system's name and the reason
 */
export function lockOf(
  headers: readonly FoundProtection[],
): PackageKeyInfo | undefined {
  for (const header of headers) {
    const system = systemOfHeader(header);
    if (system !== undefined) return { system, key: keyIn(system, header) };
  }
  return undefined;
}

/** Smooth players support only one key. */
function keyIn(system: System, { header }: FoundProtection): HeaderKey {
  try {
    const [key] = system.readHeader(header).keys;
    if (key !== undefined) return key;
    throw new HeaderError("names no key");
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    throw new HeaderError(
      `its ${system.label} header cannot be used: it ${error.message}`,
    );
  }
}
