import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";

/** Somebody to whom documents are sent: a private key in PEM, and a certificate with the public one. */
export interface Recipient {
  readonly pem: string;
  readonly publicKey: KeyObject;
  /** X.509 in DER. */
  readonly certificate: Buffer;
}

/** A new recipient with a certificate that he has signed himself. */
export function makeRecipient(): Recipient {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
  });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { pem, publicKey, certificate: selfSigned(publicKey, privateKey) };
}

/** RFC 5280 4.1, with as little in it as there can be. */
function selfSigned(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  // sha256WithRSAEncryption
  const algorithm = der(0x30, oid("2a864886f70d01010b"), der(0x05));
  const commonName = der(0x30, oid("550403"), der(0x0c, Buffer.from("test")));
  const name = der(0x30, der(0x31, commonName));
  const validity = der(
    0x30,
    der(0x17, Buffer.from("200101000000Z")),
    der(0x17, Buffer.from("490101000000Z")),
  );
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = createSign("sha256").update(content).sign(privateKey);
  return der(0x30, content, algorithm, der(0x03, Buffer.from([0]), signature));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

/** Tag, length, value. X.690 8.1 */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}
