import { pssh } from "../isobmff/boxes/protection.js";
import type { CommonEncryption } from "../media/adaptive-title.js";
import { xmlElement, type Element } from "../util/xml-writer.js";

/** Namespaces of the elements below. */
export const PROTECTION_NAMESPACES = {
  "xmlns:cenc": "urn:mpeg:cenc:2013",
  "xmlns:mspr": "urn:microsoft:playready",
};

const PLAYREADY = "9a04f079-9840-4286-ab92-e65be0885f95";

/**
 * How samples are encrypted and with which key, then the licence system. ISO/IEC 23009-1 5.8.4.1,
 * ISO/IEC 23001-7 11.2; DASH-IF IOP, "PlayReady"
 */
export function contentProtection({
  scheme,
  kid,
  systemId,
  data,
}: CommonEncryption): Element[] {
  const keyId = kid && uuidText(kid);
  const common = xmlElement("ContentProtection", {
    schemeIdUri: "urn:mpeg:dash:mp4protection:2011",
    value: scheme,
    ...(keyId !== undefined && { "cenc:default_KID": keyId }),
  });
  const id = systemId.toLowerCase();
  const attributes = { schemeIdUri: `urn:uuid:${id}` };
  const header = xmlElement("ContentProtection", attributes, [
    base64("cenc:pssh", pssh(id, data)),
    ...(id === PLAYREADY ? [base64("mspr:pro", data)] : []),
  ]);
  return [common, header];
}

function base64(name: string, bytes: Uint8Array): Element {
  const text = Buffer.from(bytes).toString("base64");
  return { ...xmlElement(name), text };
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
