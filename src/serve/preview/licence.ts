import type { ContentKey } from "../../drm/content-key.js";
import { uuidText } from "../../drm/kid.js";
import { keyOfHeader, playreadyIn } from "../../drm/manifest-header.js";
import { HeaderFault, type HeaderKey } from "../../drm/read-header.js";
import { checksum } from "../../drm/wrm-header.js";
import { protectionsIn } from "../../smooth/protection-element.js";

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
 * @param manifest text of the client manifest
 * @param keys by the text of their KID
 * @returns or why there is none, in a sentence without any key
 */
export function licenceFor(
  manifest: string,
  keys: ReadonlyMap<string, ContentKey>,
): Licence | string {
  const own = playreadyIn(protectionsIn(manifest));
  if (own === undefined) return "The package is not protected with PlayReady.";
  try {
    return choose(keyOfHeader(own), keys);
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    return `The PlayReady header of the package cannot be used: it ${error.message}.`;
  }
}

function choose(
  wanted: HeaderKey,
  keys: ReadonlyMap<string, ContentKey>,
): Licence | string {
  const id = uuidText(wanted.kid);
  const found = keys.get(id);
  if (found === undefined)
    return `The file of --preview-keys has no key of the KID ${id}.`;
  if (wanted.algorithm !== undefined && wanted.algorithm !== "AESCTR")
    return "The package is not encrypted with AES-CTR, which alone Clear Key and Smooth Streaming have in common.";
  if (wanted.checksum !== undefined && wanted.checksum !== checksum(found))
    return `The file of --preview-keys has another key of the KID ${id}: its checksum is ${checksum(found)}, that of the package is not.`;
  return licence(found);
}

/** Octets in base64url without padding. RFC 7518 6.4.1 */
function licence({ kid, key }: ContentKey): Licence {
  const id = Buffer.from(kid).toString("base64url");
  const k = key.export().toString("base64url");
  return { keys: [{ kty: "oct", kid: id, k }], type: "temporary" };
}
