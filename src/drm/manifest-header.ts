import type { FoundProtection } from "../smooth/protection-element.js";
import { HeaderFault, readHeaderText, type HeaderKey } from "./read-header.js";
import { SYSTEMS } from "./systems.js";

/** PlayReady's header among those of a client manifest; its UUID also stands in braces and in capitals. */
export function playreadyIn(
  found: readonly FoundProtection[],
): FoundProtection | undefined {
  return found.find(
    ({ systemId }) =>
      systemId.replace(/[{}]/g, "").toLowerCase() ===
      SYSTEMS.playready.systemId,
  );
}

/**
 * The one key that a header of a client manifest names: Smooth players know no more.
 *
 * @throws HeaderFault
 */
export function keyOfHeader({ header }: FoundProtection): HeaderKey {
  const [key] = readHeaderText(header).keys;
  if (key !== undefined) return key;
  throw new HeaderFault("names no key");
}
