import {
  plainSystemId,
  type FoundProtection,
} from "../smooth/protection-element.js";
import { SCHEMES } from "./index.js";
import { HeaderFault, type HeaderKey, type Scheme } from "./system.js";

/** The system of a header in a client manifest; undefined for one that is not known. */
export function schemeOf(found: FoundProtection): Scheme | undefined {
  const wanted = plainSystemId(found);
  return Object.values(SCHEMES).find(({ systemId }) => systemId === wanted);
}

/** By what a package can be opened: a system that is known, and the one key that its header names. */
export interface PackageLock {
  readonly scheme: Scheme;
  readonly key: HeaderKey;
}

/**
 * The first header of a client manifest whose system is known.
 *
 * @returns undefined when there is none
 * @throws HeaderFault when it cannot be read, or names no key: the system's name and why
 */
export function lockOf(
  headers: readonly FoundProtection[],
): PackageLock | undefined {
  for (const found of headers) {
    const scheme = schemeOf(found);
    if (scheme !== undefined) return { scheme, key: keyIn(scheme, found) };
  }
  return undefined;
}

/** Smooth players know no more than one. */
function keyIn(scheme: Scheme, { header }: FoundProtection): HeaderKey {
  try {
    const [key] = scheme.readHeader(header).keys;
    if (key !== undefined) return key;
    throw new HeaderFault("names no key");
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    throw new HeaderFault(
      `its ${scheme.label} header cannot be used: it ${error.message}`,
    );
  }
}
