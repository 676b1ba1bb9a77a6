import { PackError } from "../errors.js";
import { concat } from "../isobmff/bytes.js";
import { crypto } from "./cipher.js";
import type { ContentKey } from "./content-key.js";
import { escapeText, customAttributes } from "./custom-attributes.js";
import { parseBase64, guidOrder, parseUuid } from "./kid.js";
import { defectsOf, readHeaderText } from "./read-header.js";
import { type HeaderSettings, type System, SYSTEM_FACTS } from "./system.js";

/** Microsoft PlayReady. */
export const playready: System = {
  ...SYSTEM_FACTS.playready,
  header: (settings) =>
    settings.headerData === undefined
      ? playReadyObject(wrmHeader(settings))
      : givenObject(settings.headerData),
  headerOfKid: (kid) => playReadyObject(headerWith(keyElements(kid))),
  readHeader(text) {
    const header = readHeaderText(text);
    return { ...header, defects: defectsOf(header) };
  },
  checksum,
};

/** The only record type that a presentation needs. */
const WRM_HEADER_RECORD = 1;

/** Size limit of the whole object, set by Microsoft. */
const MOST_BYTES = 15 * 1024;

/**
 * A PlayReady Object of one record: little-endian, the text UTF-16LE without a byte order mark.
 * rx-player and ExoPlayer look for the text at byte 10, so the text must begin there. PlayReady
 * Header Specification 2
 *
 * @throws PackError `usage` when the object would be too long
 */
export function playReadyObject(header: string): Uint8Array {
  const text = Buffer.from(header, "utf16le");
  const length = 10 + text.length;
  if (length > MOST_BYTES) throw tooLong(length);
  const head = Buffer.alloc(10);
  head.writeUInt32LE(length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(WRM_HEADER_RECORD, 6);
  head.writeUInt16LE(text.length, 8);
  return concat([head, text]);
}

/** A header from another maker: the whole object, after a check of its size. */
function givenObject(base64: NonNullable<HeaderSettings["headerData"]>) {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  const view = Buffer.from(bytes);
  const announcedLength = bytes.length >= 10 ? view.readUInt32LE(0) : undefined;
  if (bytes.length > MOST_BYTES) throw tooLong(bytes.length);
  if (announcedLength === bytes.length) return bytes;
  throw new PackError(
    "input",
    `The given header is not a PlayReady Object: it announces ${announcedLength ?? 0} bytes and has ${bytes.length}.`,
  );
}

function tooLong(bytes: number): PackError {
  return new PackError(
    "usage",
    `The PlayReady header has ${bytes} bytes. Expected at most ${MOST_BYTES}.`,
    { hint: "Give shorter addresses or custom attributes." },
  );
}

/**
 * The header gives a PlayReady client the key ID and the address for licences. It has version
 * 4.0, which all clients read: dash.js, shaka-player and rx-player read no other. It is
 * canonical XML and leaves out elements without text. PlayReady Header Specification 3.1
 *
 * @throws PackError `usage` for settings that cannot be written
 */
export function wrmHeader(settings: HeaderSettings): string {
  const { contentKey, laUrl, luiUrl, dsId, customAttributes: more } = settings;
  const data = [
    ...keyElements(contentKey.kid),
    element("CHECKSUM", checksum(contentKey)),
    laUrl && element("LA_URL", address("--la-url", laUrl)),
    luiUrl && element("LUI_URL", address("--lui-url", luiUrl)),
    dsId && element("DS_ID", domainService(dsId)),
    more && element("CUSTOMATTRIBUTES", customAttributes(more)),
  ];
  return headerWith(data.filter((part) => part !== undefined));
}

/** The cipher, and the key ID. */
function keyElements(kid: Uint8Array): string[] {
  return [
    element(
      "PROTECTINFO",
      element("KEYLEN", "16") + element("ALGID", "AESCTR"),
    ),
    element("KID", base64(guidOrder(kid))),
  ];
}

function headerWith(data: readonly string[]): string {
  return `<WRMHEADER xmlns="${NAMESPACE}" version="4.0.0.0">${element("DATA", data.join(""))}</WRMHEADER>`;
}

const NAMESPACE = "http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader";

/**
 * A client finds a wrong key by the checksum. Old clients require it, and Kodi takes a header
 * without it for version 4.1. PlayReady Header Specification 3.2
 */
export function checksum({ kid, key }: ContentKey): string {
  const cipher = crypto().createCipheriv("aes-128-ecb", key, null);
  return base64(cipher.update(guidOrder(kid)).subarray(0, 8));
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** The specification forbids relative addresses, and clients support only http and https. */
function address(option: string, text: string): string {
  if (WEB.test(text) && URL.canParse(text)) return escapeText(text);
  throw new PackError(
    "usage",
    `${option} is ${JSON.stringify(text)}. Expected an absolute http or https address.`,
    { facts: { option, found: text } },
  );
}

/** No blanks, and no characters that XML forbids. XML 1.0, 2.2 */
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
