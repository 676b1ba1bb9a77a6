import {
  plainSystemId,
  type FoundProtection,
} from "../smooth/protection-element.js";
import { SYSTEMS } from "./index.js";
import { HeaderError, type HeaderKey, type System } from "./system.js";

/** The system of a header in a client manifest; undefined for one that is not known. */
export function systemOfHeader(found: FoundProtection): System | undefined {
  const wanted = plainSystemId(found);
  return Object.values(SYSTEMS).find(({ systemId }) => systemId === wanted);
}

/** By what a package can be opened: a system that is known, and the one key that its header names. */
export interface PackageKeyInfo {
  readonly system: System;
  readonly key: HeaderKey;
}

/**
 * The first header of a client manifest whose system is known.
 *
 * @returns undefined when there is none
 * @throws HeaderError when it cannot be read, or names no key: the system's name and why
 */
export function lockOf(
  headers: readonly FoundProtection[],
): PackageKeyInfo | undefined {
  for (const found of headers) {
    const system = systemOfHeader(found);
    if (system !== undefined) return { system, key: keyIn(system, found) };
  }
  return undefined;
}

/** Smooth players know no more than one. */
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
