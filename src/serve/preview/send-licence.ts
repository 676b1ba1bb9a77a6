import type { ContentKey } from "../../drm/content-key.js";
import { uuidText } from "../../drm/kid.js";
import { lockOf, type PackageKeyInfo } from "../../drm/manifest-header.js";
import { HeaderError, SYSTEM_FACTS } from "../../drm/system.js";
import { readBytes } from "../../smooth/manifest-file.js";
import { protectionsIn } from "../../smooth/protection-element.js";
import { parseXml, type XmlElement } from "../../util/xml.js";
import { ERRORS, type ErrorAnswer } from "../error-answers.js";
import { type Exchange, sendBytes } from "../exchange.js";
import { PackageProblem } from "../package.js";
import type { OriginParts } from "../settings.js";
import { isToken } from "./preview-keys.js";

/** No other page may read it, and no cache may store it. */
const HEADERS = ["Cache-Control", "no-store"];

/**
 * Sends the key of a package for Clear Key to a client with the token.
 *
 * @param path of the package
 */
export async function sendLicence(
  exchange: Exchange,
  { preview, catalogue }: OriginParts,
  path: string,
): Promise<void> {
  if (preview === undefined) {
    await refuse(exchange, ERRORS.noPreviewKeys);
    return;
  }
  const { authorization = "" } = exchange.request.headers;
  if (!isToken(preview, authorization.replace(/^Bearer /, ""))) {
    await refuse(exchange, ERRORS.noPreviewToken);
    return;
  }
  const loaded = await catalogue.get(path);
  if (loaded === undefined || loaded instanceof PackageProblem) {
    await refuse(exchange, ERRORS.noPackageToOpen);
    return;
  }
  const { manifest: file, madeManifest = Buffer.alloc(0) } = loaded;
  const bytes = file ? await readBytes(file.path) : madeManifest;
  const manifest = parseXml(bytes);
  const licence = licenceFor(manifest, preview.keys);
  if (typeof licence === "string")
    await refuse(exchange, { status: 404, sentence: licence });
  else await send(exchange, 200, "application/json", JSON.stringify(licence));
}

async function refuse(
  exchange: Exchange,
  { status, sentence }: ErrorAnswer,
): Promise<void> {
  await send(exchange, status, "text/plain", `${sentence}\n`);
}

async function send(
  exchange: Exchange,
  status: number,
  type: string,
  text: string,
): Promise<void> {
  const headers = ["Content-Type", `${type}; charset=utf-8`, ...HEADERS];
  await sendBytes(exchange, status, headers, Buffer.from(text));
}

/** The licence that a browser's Clear Key takes. Encrypted Media Extensions 9.1.4 */
interface Licence {
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
 * @returns the licence, or a sentence with the reason for the refusal; the sentence has no key
 */
function licenceFor(
  manifest: XmlElement,
  keys: ReadonlyMap<string, ContentKey>,
): Licence | string {
  try {
    const lock = lockOf(protectionsIn(manifest) ?? []);
    if (lock !== undefined) return choose(lock, keys);
    const systemNames = Object.values(SYSTEM_FACTS).map(({ label }) => label);
    return `The package is not protected with ${systemNames.join(" or ")}.`;
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    return `The package cannot be opened: ${error.message}.`;
  }
}

function choose(
  { system, key: requestedKey }: PackageKeyInfo,
  keys: ReadonlyMap<string, ContentKey>,
): Licence | string {
  const id = uuidText(requestedKey.kid);
  const value = keys.get(id);
  if (value === undefined)
    return `The file of --preview-keys has no key of the KID ${id}.`;
  if (
    requestedKey.algorithm !== undefined &&
    requestedKey.algorithm !== "AESCTR"
  )
    return "The package is not encrypted with AES-CTR, which alone Clear Key and Smooth Streaming have in common.";
  const sum = system.checksum(value);
  if (requestedKey.checksum !== undefined && requestedKey.checksum !== sum)
    return `The file of --preview-keys has another key of the KID ${id}: its checksum is ${sum}, that of the package is not.`;
  return licence(value);
}

/** Octets in base64url without padding. RFC 7518 6.4.1 */
function licence({ kid, key }: ContentKey): Licence {
  const id = Buffer.from(kid).toString("base64url");
  const k = key.export().toString("base64url");
  return { keys: [{ kty: "oct", kid: id, k }], type: "temporary" };
}
