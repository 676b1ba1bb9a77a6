import type { ContentKey } from "../../drm/content-key.js";
import { uuidText } from "../../drm/kid.js";
import { lockOf, type PackageLock } from "../../drm/manifest-header.js";
import { HeaderFault, SYSTEMS } from "../../drm/system.js";
import { protectionsIn } from "../../smooth/protection-element.js";
import type { XmlElement } from "../../util/xml-reader.js";

/** What a browser's Clear Key is given. Encrypted Media Extensions 9.1.4 */
export interface Licence {
  readonly keys: readonly {
    readonly kty: "oct";
    readonly kid: string;
    readonly k: string;
  }[];
  readonly type: "temporary";
}

/**
 * The licence for a package.
 *
 * @param manifest the client manifest
 * @param keys by the text of their KID
 * @returns or why there is none, in a sentence without any key
 */
export function licenceFor(
  manifest: XmlElement,
  keys: ReadonlyMap<string, ContentKey>,
): Licence | string {
  try {
    const lock = lockOf(protectionsIn(manifest) ?? []);
    if (lock !== undefined) return choose(lock, keys);
    const known = Object.values(SYSTEMS).map(({ label }) => label);
    return `The package is not protected with ${known.join(" or ")}.`;
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    return `The package cannot be opened: ${error.message}.`;
  }
}

function choose(
  { scheme, key: wanted }: PackageLock,
  keys: ReadonlyMap<string, ContentKey>,
): Licence | string {
  const id = uuidText(wanted.kid);
  const found = keys.get(id);
  if (found === undefined)
    return `The file of --preview-keys has no key of the KID ${id}.`;
  if (wanted.algorithm !== undefined && wanted.algorithm !== "AESCTR")
    return "The package is not encrypted with AES-CTR, which alone Clear Key and Smooth Streaming have in common.";
  const sum = scheme.checksum(found);
  if (wanted.checksum !== undefined && wanted.checksum !== sum)
    return `The file of --preview-keys has another key of the KID ${id}: its checksum is ${sum}, that of the package is not.`;
  return licence(found);
}

/** Octets in base64url without padding. RFC 7518 6.4.1 */
function licence({ kid, key }: ContentKey): Licence {
  const id = Buffer.from(kid).toString("base64url");
  const k = key.export().toString("base64url");
  return { keys: [{ kty: "oct", kid: id, k }], type: "temporary" };
}
