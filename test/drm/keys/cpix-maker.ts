import {
  constants,
  createCipheriv,
  createHmac,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import type { Recipient } from "./certificate.js";

/**
 * CPIX documents as a key server makes them, put together from the text of CPIX 2.3
 * and RFC 6030. Shares nothing with the code that reads them.
 */
export interface CpixParts {
  readonly keys: readonly {
    readonly kid: string;
    readonly key?: string;
    readonly attributes?: string;
  }[];
  /** Elements behind the keys. */
  readonly more?: string;
  /** Elements before them. */
  readonly before?: string;
}

const NAMESPACES = [
  'xmlns:cpix="urn:dashif:org:cpix"',
  'xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc"',
  'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"',
  'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
].join(" ");

/** A document around lists. */
export function document(
  inside: string,
  prolog = '<?xml version="1.0" encoding="UTF-8"?>\n',
): string {
  return `${prolog}<cpix:CPIX ${NAMESPACES} contentId="film">\n${inside}\n</cpix:CPIX>\n`;
}

/** A document whose keys everybody can read. */
export function clearCpix({ keys, more = "", before = "" }: CpixParts): string {
  const rows = keys.map(({ kid, key, attributes = "" }) => {
    const value =
      key === undefined
        ? ""
        : `<cpix:Data><pskc:Secret><pskc:PlainValue>${base64(key)}</pskc:PlainValue></pskc:Secret></cpix:Data>`;
    return `<cpix:ContentKey kid="${kid}" ${attributes}>${value}</cpix:ContentKey>`;
  });
  return document(
    `${before}<cpix:ContentKeyList>${rows.join("\n")}</cpix:ContentKeyList>${more}`,
  );
}

/** What may be wrong with an encrypted document. */
export interface Tampering {
  readonly cipherValue?: (bytes: Buffer) => Buffer;
  readonly mac?: (bytes: Buffer) => Buffer;
  readonly edit?: (text: string) => string;
  /** Of the document key, in bytes. */
  readonly keyBytes?: number;
}

/** A document whose key is encrypted for some recipients. */
export function encryptedCpix(
  { keys, more = "" }: CpixParts,
  recipients: readonly Recipient[],
  {
    cipherValue = same,
    mac = same,
    edit = (text) => text,
    keyBytes = 32,
  }: Tampering = {},
): string {
  const documentKey = randomBytes(keyBytes);
  const macKey = randomBytes(64);
  const deliveries = recipients.map((to) => delivery(to, documentKey, macKey));
  const rows = keys.map(({ kid, key = "" }) => {
    const iv = randomBytes(16);
    const cipher = createCipheriv(
      "aes-256-cbc",
      documentKey.length === 32 ? documentKey : Buffer.alloc(32),
      iv,
    );
    const whole = Buffer.concat([
      iv,
      cipher.update(Buffer.from(key, "hex")),
      cipher.final(),
    ]);
    const sum = createHmac("sha512", macKey).update(whole).digest();
    return `<cpix:ContentKey kid="${kid}"><cpix:Data><pskc:Secret>
      ${encrypted("pskc:EncryptedValue", "http://www.w3.org/2001/04/xmlenc#aes256-cbc", cipherValue(whole))}
      <pskc:ValueMAC>${mac(sum).toString("base64")}</pskc:ValueMAC>
    </pskc:Secret></cpix:Data></cpix:ContentKey>`;
  });
  return edit(
    document(
      `<cpix:DeliveryDataList>${deliveries.join("\n")}</cpix:DeliveryDataList>
       <cpix:ContentKeyList>${rows.join("\n")}</cpix:ContentKeyList>${more}`,
    ),
  );
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function delivery(
  { certificate, publicKey }: Recipient,
  documentKey: Buffer,
  macKey: Buffer,
): string {
  const wrap = (bytes: Buffer) =>
    publicEncrypt(
      {
        key: publicKey,
        oaepHash: "sha1",
        padding: constants.RSA_PKCS1_OAEP_PADDING,
      },
      bytes,
    );
  const algorithm = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
  return `<cpix:DeliveryData>
    <cpix:DeliveryKey><ds:X509Data><ds:X509Certificate>${wrapped(certificate.toString("base64"))}</ds:X509Certificate></ds:X509Data></cpix:DeliveryKey>
    <cpix:DocumentKey Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"><cpix:Data><pskc:Secret>
      ${encrypted("pskc:EncryptedValue", algorithm, wrap(documentKey))}
    </pskc:Secret></cpix:Data></cpix:DocumentKey>
    <cpix:MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha512">
      ${encrypted("pskc:MACKey", algorithm, wrap(macKey))}
    </cpix:MACMethod>
  </cpix:DeliveryData>`;
}

function encrypted(element: string, algorithm: string, bytes: Buffer): string {
  return `<${element}><enc:EncryptionMethod Algorithm="${algorithm}"/><enc:CipherData><enc:CipherValue>${wrapped(bytes.toString("base64"))}</enc:CipherValue></enc:CipherData></${element}>`;
}

/** As xmlsec and .NET break it. */
function wrapped(text: string): string {
  return text.replace(/(.{64})/g, "$1\n");
}

export const PLAYREADY = "9A04F079-9840-4286-AB92-E65BE0885F95";

/** What PlayReady clients are to be told, as an element of a DRMSystemList. */
export function drmSystem(
  kid: string,
  inside: string,
  systemId = PLAYREADY,
): string {
  return `<cpix:DRMSystemList><cpix:DRMSystem kid="${kid}" systemId="${systemId}">${inside}</cpix:DRMSystem></cpix:DRMSystemList>`;
}

/** A list of rules, each a KID and the filters in it. */
export function rules(
  ...list: readonly (readonly [kid: string, filters: string])[]
): string {
  const rows = list.map(
    ([kid, filters]) =>
      `<cpix:ContentKeyUsageRule kid="${kid}">${filters}</cpix:ContentKeyUsageRule>`,
  );
  return `<cpix:ContentKeyUsageRuleList>${rows.join("")}</cpix:ContentKeyUsageRuleList>`;
}

/** A PlayReady Object of records, as a licence server makes it. */
export function proOf(
  ...records: readonly (readonly [type: number, value: Buffer])[]
): Buffer {
  const parts = records.map(([type, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(6);
  head.writeUInt32LE(body.length + 6, 0);
  head.writeUInt16LE(records.length, 4);
  return Buffer.concat([head, body]);
}

/** The header of version 4.0 that Microsoft's documents print, with what is to be in it. */
export function header40(kid: string, inside: string): Buffer {
  const text = `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.0.0.0"><DATA><PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${guid(kid)}</KID>${inside}</DATA></WRMHEADER>`;
  return Buffer.from(text, "utf16le");
}

/** A KID as PlayReady writes it. */
export function guid(kid: string): string {
  const [a = "", b = "", c = "", ...rest] = kid.split("-");
  const turned = [a, b, c].map((field) => Buffer.from(field, "hex").reverse());
  return Buffer.concat([...turned, Buffer.from(rest.join(""), "hex")]).toString(
    "base64",
  );
}

/** A pssh box of version 0, or of version 1 with a list of KIDs. */
export function psshBox(
  data: Buffer,
  kids: readonly string[] = [],
  systemId = PLAYREADY,
): Buffer {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const hex = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");
  const list = kids.length === 0 ? [] : [u32(kids.length), ...kids.map(hex)];
  const body = Buffer.concat([
    ...[Buffer.from("pssh"), u32(kids.length === 0 ? 0 : 0x01000000)],
    ...[hex(systemId), ...list, u32(data.length), data],
  ]);
  return Buffer.concat([u32(body.length + 4), body]);
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}
