import { createPrivateKey, type KeyObject } from "node:crypto";
import { PackError } from "../../../errors.js";
import { parseBase64, uuidText } from "../../kid.js";
import { childAt } from "../../../util/xml.js";
import { quoted } from "../key-file.js";
import {
  strongKey,
  type LoadedKey,
  type KeyOptions,
  type KeySurroundings,
} from "../options.js";
import { readSecret, type SecretFile } from "../secret-file.js";
import { chooseKey } from "./choose-key.js";
import { openDelivery, openSecret } from "./decrypt.js";
import { readCpix, type CpixDocument, type CpixKey } from "./document.js";
import { headerOf } from "./header.js";

/**
 * The key of a presentation from a CPIX document, and the PlayReady header if the document has
 * one.
 *
 * @param requestedKid which of several keys
 * @throws PackError `input` for documents that cannot be used, `usage` for an encrypted one without a private key
 */
export async function loadCpix(
  file: SecretFile,
  requestedKid: Uint8Array | undefined,
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<LoadedKey> {
  const { where } = file;
  const document = readCpix(file.bytes, where);
  const key = chooseKey(document, requestedKid, where);
  requireScheme(key, where);
  const bytes = await openKey(key, document, file, options, surroundings);
  try {
    const contentKey = strongKey(key.kid, bytes, where);
    const header = headerOf(document.systems, contentKey, where);
    return {
      ...{ contentKey, headerData: header?.data },
      notes: [...notesOn(document, key), ...(header?.notes ?? [])],
    };
  } finally {
    bytes.fill(0);
  }
}

function notesOn({ isSigned }: CpixDocument, key: CpixKey): string[] {
  return [
    ...(isSigned
      ? ["the CPIX document is signed: its signature was not verified"]
      : []),
    // Every sample of every track would use it; two samples under one IV reveal each other.
    ...(key.hasExplicitIv
      ? [
          "explicitIV of the CPIX document is not used: under one key no IV may come twice",
        ]
      : []),
  ];
}

function requireScheme({ kid, scheme }: CpixKey, where: string): void {
  if (scheme === undefined || scheme === "cenc") return;
  throw new PackError(
    "input",
    `${where}: the key of ${uuidText(kid)} is for ${quoted(scheme)}. Expected cenc (AES-CTR): no Smooth Streaming player reads another.`,
  );
}

async function openKey(
  { kid, secret }: CpixKey,
  { deliveries }: CpixDocument,
  file: SecretFile,
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<Buffer> {
  const { where } = file;
  const plain = childAt(secret, "PlainValue");
  if (secret !== undefined && childAt(secret, "EncryptedValue") !== undefined) {
    const privateKey = await readPrivateKey(where, options, surroundings);
    const keys = openDelivery(deliveries, privateKey, where);
    return openSecret(secret, keys, where);
  }
  if (plain === undefined) {
    throw new PackError(
      "input",
      `${where}: has the KID ${uuidText(kid)} and no key. Expected the answer of a key server, this is a question.`,
    );
  }
  file.requirePrivate();
  const bytes = parseBase64(plain.text);
  if (bytes !== undefined) return bytes;
  throw new PackError(
    "input",
    `${where}: the key of ${uuidText(kid)} is not base64.`,
  );
}

async function readPrivateKey(
  document: string,
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<KeyObject> {
  const { cpixPrivateKey: path } = options;
  if (path === undefined) {
    throw new PackError(
      "usage",
      `${document}: its keys are encrypted. Expected --cpix-private-key FILE.`,
    );
  }
  const file = await readSecret(
    "--cpix-private-key",
    path,
    options,
    surroundings,
  );
  file.requirePrivate();
  try {
    const key = createPrivateKey(file.bytes);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // OpenSSL's message does not name the fault, and may quote the secret.
  }
  throw new PackError(
    "input",
    `--cpix-private-key ${file.where}: cannot be used as a private key. Expected RSA in PEM, without a passphrase.`,
  );
}
