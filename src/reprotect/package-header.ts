import type { ContentKey } from "../drm/content-key.js";
import { uuidText } from "../drm/kid.js";
import { keyOfHeader, playreadyIn } from "../drm/manifest-header.js";
import { HeaderFault, type HeaderKey } from "../drm/read-header.js";
import { SYSTEMS } from "../drm/systems.js";
import { checksum } from "../drm/wrm-header.js";
import { PackError } from "../errors.js";
import { protectionsIn } from "../smooth/protection-element.js";
import type { FinishedPackage } from "./finished-package.js";

/**
 * Which key a package is protected with, by its client manifest.
 *
 * @throws PackError `input` when it is not protected, or by a system that is not known
 */
export function headerOfPackage({ given, client }: FinishedPackage): HeaderKey {
  const found = protectionsIn(client.text);
  const own = playreadyIn(found);
  if (own === undefined) {
    throw new PackError(
      "input",
      found.length === 0
        ? `${given}: is not protected.`
        : `${given}: is not protected with ${SYSTEMS.playready.label}. Found: ${found.map(({ systemId }) => systemId).join(", ")}.`,
    );
  }
  try {
    return keyOfHeader(own);
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    throw new PackError(
      "input",
      `${client.file}: its PlayReady header cannot be used: it ${error.message}.`,
    );
  }
}

/** @throws PackError `input` for another KID, or another key of it */
export function requireRightKey(
  contentKey: ContentKey,
  { kid, checksum: expected }: HeaderKey,
  given: string,
): void {
  const [found, wanted] = [uuidText(contentKey.kid), uuidText(kid)];
  if (found !== wanted)
    throw new PackError(
      "input",
      `${given}: is protected with the key ${wanted}. Found the key ${found}.`,
      { facts: { kid: wanted } },
    );
  const sum = checksum(contentKey);
  if (expected === undefined || sum === expected) return;
  throw new PackError(
    "input",
    `${given}: is protected with another key of the KID ${wanted}: its checksum is ${expected}, that of the key ${sum}.`,
    { facts: { kid: wanted } },
  );
}
