import type { ContentKey } from "../drm/content-key.js";
import { uuidText } from "../drm/kid.js";
import { lockOf, type PackageLock } from "../drm/manifest-header.js";
import { HeaderFault, SYSTEMS } from "../drm/system.js";
import { PackError } from "../errors.js";
import type { FoundProtection } from "../smooth/protection-element.js";
import type { FinishedPackage } from "./finished-package.js";

/**
 * Which key a package is protected with, by its client manifest.
 *
 * @throws PackError `input` when it is not protected, or by a system that is not known
 */
export function lockOfPackage({
  given,
  client,
  headers = [],
}: FinishedPackage): PackageLock {
  const lock = readLock(client.file, headers);
  if (lock !== undefined) return lock;
  const known = Object.values(SYSTEMS).map(({ label }) => label);
  throw new PackError(
    "input",
    headers.length === 0
      ? `${given}: is not protected.`
      : `${given}: is not protected with ${known.join(" or ")}. Found: ${headers.map(({ systemId }) => systemId).join(", ")}.`,
  );
}

function readLock(file: string, headers: readonly FoundProtection[]) {
  try {
    return lockOf(headers);
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    throw new PackError("input", `${file}: ${error.message}.`);
  }
}

/** @throws PackError `input` for another KID, or another key of it as far as a checksum tells */
export function requireRightKey(
  contentKey: ContentKey,
  { scheme, key: { kid, checksum: expected } }: PackageLock,
  given: string,
): void {
  const [found, wanted] = [uuidText(contentKey.kid), uuidText(kid)];
  if (found !== wanted)
    throw new PackError(
      "input",
      `${given}: is protected with the key ${wanted}. Found the key ${found}.`,
      { facts: { kid: wanted } },
    );
  const sum = scheme.checksum(contentKey);
  if (expected === undefined || sum === expected) return;
  throw new PackError(
    "input",
    `${given}: is protected with another key of the KID ${wanted}: its checksum is ${expected}, that of the key ${sum}.`,
    { facts: { kid: wanted } },
  );
}
