import {
  constants,
  createDecipheriv,
  createHmac,
  createPublicKey,
  privateDecrypt,
  timingSafeEqual,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { PackError } from "../../../errors.js";
import { parseBase64 } from "../../kid.js";
import { childAt, childrenOf, type XmlElement } from "../../../util/xml.js";
import { quoted } from "../key-file.js";

/** The keys that decrypt the content keys of a document. */
export interface DocumentKeys {
  /** 32 bytes, for AES-256. */
  readonly key: Buffer;
  readonly macKey: Buffer;
}

const ALGORITHMS = {
  wrap: "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
  wrapDigest: "http://www.w3.org/2000/09/xmldsig#sha1",
  content: "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
  mac: "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512",
} as const;

/**
 * Decrypts the document key and the MAC key, which are encrypted for the holder of a private
 * key. CPIX 2.3, "DeliveryData"; RFC 6030 6
 *
 * @throws PackError `input` when no delivery is for this key, or its method is unknown
 */
export function openDelivery(
  deliveries: readonly XmlElement[],
  privateKey: KeyObject,
  where: string,
): DocumentKeys {
  const delivery = deliveries.find((one) => isFor(one, privateKey));
  if (delivery === undefined) {
    throw new PackError(
      "input",
      `${where}: is encrypted for ${deliveries.length} recipients, and none has this private key.`,
      {
        hint: "--cpix-private-key FILE must belong to the certificate that the document was made for.",
      },
    );
  }
  const method = childAt(delivery, "MACMethod");
  if (method === undefined)
    throw unusable(
      where,
      "has no MAC (MACMethod), so mss-pack cannot tell whether it was changed",
    );
  requireAlgorithm(method, ALGORITHMS.mac, where);
  const wrapped = childAt(
    delivery,
    "DocumentKey",
    "Data",
    "Secret",
    "EncryptedValue",
  );
  const macKey = childAt(method, "MACKey") ?? childAt(method, "Key");
  const key = unwrap(wrapped, privateKey, where);
  if (key.length !== 32)
    throw unusable(
      where,
      `has a document key of ${key.length} bytes, expected 32`,
    );
  return { key, macKey: unwrap(macKey, privateKey, where) };
}

/**
 * Decrypts a content key after a check of its MAC.
 *
 * @param secret the element with EncryptedValue and ValueMAC
 * @throws PackError `input` when the MAC is missing or wrong, or the result is no key
 */
export function openSecret(
  secret: XmlElement,
  { key, macKey }: DocumentKeys,
  where: string,
): Buffer {
  const value = childAt(secret, "EncryptedValue");
  requireAlgorithm(
    childAt(value, "EncryptionMethod"),
    ALGORITHMS.content,
    where,
  );
  const cipherValue = cipherValueOf(value, where);
  const mac = parseBase64(childAt(secret, "ValueMAC")?.text ?? "");
  if (mac === undefined)
    throw unusable(where, "has a key without a MAC (ValueMAC)");
  const expected = createHmac("sha512", macKey).update(cipherValue).digest();
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
    throw unusable(
      where,
      "was changed after it was made: the MAC of a key is wrong",
    );
  }
  return decrypt(cipherValue, key, where);
}

/** The IV comes first. XML Encryption 5.2 */
const IV_BYTES = 16;

function decrypt(cipherValue: Buffer, key: Buffer, where: string): Buffer {
  try {
    const iv = cipherValue.subarray(0, IV_BYTES);
    const cipher = createDecipheriv("aes-256-cbc", key, iv);
    const clear = cipher.update(cipherValue.subarray(IV_BYTES));
    return Buffer.concat([clear, cipher.final()]);
  } catch {
    throw unusable(where, "has a key that does not decrypt");
  }
}

/** RSA-OAEP with SHA-1 and MGF1-SHA1. */
function unwrap(
  value: XmlElement | undefined,
  key: KeyObject,
  where: string,
): Buffer {
  const method = childAt(value, "EncryptionMethod");
  requireAlgorithm(method, ALGORITHMS.wrap, where);
  const digest = childAt(method, "DigestMethod");
  if (digest !== undefined)
    requireAlgorithm(digest, ALGORITHMS.wrapDigest, where);
  const wrapped = cipherValueOf(value, where);
  try {
    return privateDecrypt(
      { key, oaepHash: "sha1", padding: constants.RSA_PKCS1_OAEP_PADDING },
      wrapped,
    );
  } catch {
    throw unusable(
      where,
      "has a document key that this private key does not open",
    );
  }
}

function cipherValueOf(value: XmlElement | undefined, where: string): Buffer {
  const text = childAt(value, "CipherData", "CipherValue")?.text ?? "";
  const bytes = parseBase64(text);
  if (bytes === undefined)
    throw unusable(where, "has a CipherValue that is not base64");
  return bytes;
}

function requireAlgorithm(
  element: XmlElement | undefined,
  expected: string,
  where: string,
): void {
  const algorithm = element?.attributes.get("Algorithm");
  if (algorithm === expected) return;
  throw unusable(
    where,
    `is encrypted with ${quoted(algorithm ?? "an algorithm that it does not name")}, expected ${expected}`,
  );
}

/** A delivery whose certificate cannot be read is for another recipient. */
function isFor(delivery: XmlElement, privateKey: KeyObject): boolean {
  const own = createPublicKey(privateKey).export({
    type: "spki",
    format: "der",
  });
  const data = childAt(delivery, "DeliveryKey", "X509Data");
  return childrenOf(data, "X509Certificate").some(({ text }) => {
    const bytes = parseBase64(text);
    if (bytes === undefined) return false;
    try {
      const { publicKey } = new X509Certificate(bytes);
      return own.equals(publicKey.export({ type: "spki", format: "der" }));
    } catch {
      return false;
    }
  });
}

function unusable(where: string, what: string): PackError {
  return new PackError("input", `${where}: ${what}.`);
}
