import { PackError } from "../errors.js";
import { parseBase64 } from "./base64.js";
import { escapeText } from "./canonical-xml.js";
import type { ContentKey } from "./content-key.js";
import { crypto } from "./crypto.js";
import { customAttributes } from "./custom-attributes.js";
import { guidOrder, parseUuid } from "./kid.js";
import type { HeaderSettings } from "./scheme.js";

/**
 * The header in which a PlayReady client finds the key ID and where to ask for a
 * licence. Version 4.0, which all clients read: dash.js, shaka-player and rx-player
 * none but that. Canonical XML, elements without text left out.
 * PlayReady Header Specification 3.1
 *
 * @throws PackError `usage` for settings that cannot be written
 */
export function wrmHeader(settings: HeaderSettings): string {
  const { contentKey, laUrl, luiUrl, dsId, customAttributes: more } = settings;
  const data = [
    element(
      "PROTECTINFO",
      element("KEYLEN", "16") + element("ALGID", "AESCTR"),
    ),
    element("KID", base64(guidOrder(contentKey.kid))),
    element("CHECKSUM", checksum(contentKey)),
    laUrl && element("LA_URL", address("--la-url", laUrl)),
    luiUrl && element("LUI_URL", address("--lui-url", luiUrl)),
    dsId && element("DS_ID", domainService(dsId)),
    more && element("CUSTOMATTRIBUTES", customAttributes(more)),
  ];
  const text = data.filter((part) => part !== undefined).join("");
  return `<WRMHEADER xmlns="${NAMESPACE}" version="4.0.0.0">${element("DATA", text)}</WRMHEADER>`;
}

const NAMESPACE = "http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader";

/**
 * Tells a client that it was given the wrong key: old ones ask for it, and Kodi takes
 * a header without it for one of version 4.1. PlayReady Header Specification 3.2
 */
export function checksum({ kid, key }: ContentKey): string {
  const cipher = crypto().createCipheriv("aes-128-ecb", key, null);
  return base64(cipher.update(guidOrder(kid)).subarray(0, 8));
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** Relative addresses are forbidden, and a client can follow no others than these. */
function address(option: string, text: string): string {
  if (WEB.test(text) && URL.canParse(text)) return escapeText(text);
  throw new PackError(
    "usage",
    `${option} is ${JSON.stringify(text)}. Expected an absolute http or https address.`,
    { facts: { option, found: text } },
  );
}

/** Without blanks, and without what cannot stand in XML. XML 1.0, 2.2 */
const WEB = /^https?:\/\/[^\s\p{Cc}\p{Cs}\ufffe\uffff]+$/iu;

function domainService(text: string): string {
  const uuid = parseUuid(text);
  if (uuid !== undefined) return base64(guidOrder(uuid));
  const bytes = parseBase64(text);
  if (bytes?.length === 16) return base64(bytes);
  throw new PackError(
    "usage",
    `--ds-id is ${JSON.stringify(text)}. Expected a UUID, or 16 bytes in base64.`,
    { facts: { option: "--ds-id", found: text } },
  );
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
