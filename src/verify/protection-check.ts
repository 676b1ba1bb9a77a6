import { join } from "node:path";
import { readEncryptions, systemData } from "../drm/finished/header.js";
import { SYSTEMS } from "../drm/systems.js";
import { uuidText } from "../drm/kid.js";
import {
  HeaderFault,
  readHeaderText,
  type ReadHeader,
} from "../drm/read-header.js";
import { messageOf } from "../errors.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import { readBytes } from "../smooth/manifest-bytes.js";
import {
  protectionsIn,
  type FoundProtection,
} from "../smooth/protection-element.js";
import type { Findings, Place } from "./finding.js";

const RULE = "protection";

/** The protection of a package, as its client manifest tells it. */
export interface ClientProtection {
  readonly systemId: string;
  /** A PlayReady Object in base64, without blanks. */
  readonly header: string;
  /** Key ID; undefined when it cannot be read. */
  readonly kid: string | undefined;
}

/**
 * Checks what the client manifest says of a protection: the first header is what
 * dash.js and rx-player look at, without braces for shaka-player and without blanks
 * for dash.js. MS-SSTR 2.2.2.2
 *
 * @returns undefined when it tells of none
 */
export async function checkClientProtection(
  folder: string,
  { file }: ClientManifest,
  findings: Findings,
): Promise<ClientProtection | undefined> {
  const bytes = await readBytes(join(folder, file));
  const encoding = bytes[0] === 0xff ? "utf-16le" : "utf-8";
  const [first] = protectionsIn(new TextDecoder(encoding).decode(bytes));
  if (first === undefined) return undefined;
  const place = findings.in(file);
  const systemId = checkSystem(first, place);
  const header = first.header.replace(/\s+/g, "");
  if (header !== first.header)
    place.fault(
      RULE,
      "ProtectionHeader has blanks in it, which dash.js takes for a part of it",
    );
  return { systemId, header, kid: checkHeaderText(header, place) };
}

function checkSystem({ systemId }: FoundProtection, place: Place): string {
  const plain = systemId.replace(/[{}]/g, "").toLowerCase();
  if (plain.length !== systemId.length)
    place.wrong(
      RULE,
      "SystemID",
      systemId,
      `${plain}: shaka-player knows no braces`,
    );
  const known = Object.values(SYSTEMS).map((scheme) => scheme.systemId);
  if (!known.includes(plain))
    place.wrong(
      RULE,
      "SystemID of the first ProtectionHeader",
      plain,
      known.join(" or "),
    );
  return plain;
}

/** @returns the KID, when there is one to read */
function checkHeaderText(text: string, place: Place): string | undefined {
  let header: ReadHeader;
  try {
    header = readHeaderText(text);
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    place.fault(RULE, `ProtectionHeader ${error.message}`);
    return undefined;
  }
  const { keys, laUrl } = header;
  place.expect(RULE, "number of keys in the ProtectionHeader", keys.length, 1);
  const [key] = keys;
  const sum = key?.checksum;
  if (sum !== undefined && !/^[A-Za-z0-9+/]{11}=$/.test(sum))
    place.wrong(RULE, "CHECKSUM", sum, "8 bytes in base64");
  if (key?.algorithm !== undefined)
    place.expect(RULE, "ALGID", key.algorithm, "AESCTR");
  if (laUrl !== undefined && !/^https?:\/\/\S+$/i.test(laUrl))
    place.wrong(RULE, "LA_URL", laUrl, "an absolute http or https address");
  return key && uuidText(key.kid);
}

/**
 * Checks what the moov of an encrypted track says against the client manifest.
 *
 * @param bytes what stands before the first fragment
 */
export function checkFileProtection(
  bytes: Uint8Array,
  trackId: number,
  client: ClientProtection | undefined,
  place: Place,
): number | undefined {
  try {
    const encryption = readEncryptions(bytes).find(
      (one) => one.trackId === trackId,
    );
    if (encryption === undefined) {
      place.fault(
        RULE,
        "the sample entry is encrypted and has no sinf that says how",
      );
      return undefined;
    }
    const { scheme, ivSize, kid } = encryption;
    if (!["piff", "cenc"].includes(scheme))
      place.wrong(RULE, "scheme in schm", scheme, "piff or cenc");
    if (client?.kid !== undefined)
      place.expect(RULE, "KID in tenc", uuidText(kid), client.kid);
    if (client !== undefined) checkPssh(bytes, client, place);
    // Players make up the tenc: Smooth has no moov, and they take 8 bytes for granted.
    place.expect(RULE, "size of initialization vectors", ivSize, 8);
    return ivSize;
  } catch (error) {
    place.fault(RULE, `the moov cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

function checkPssh(
  bytes: Uint8Array,
  { systemId, header }: ClientProtection,
  place: Place,
): void {
  const data = systemData(bytes, systemId).map((found) =>
    Buffer.from(found).toString("base64"),
  );
  if (!data.includes(header))
    place.fault(
      RULE,
      "no pssh in the moov holds the ProtectionHeader of the client manifest",
    );
}

/** A client asks for a licence when the manifest tells of a protection, and only then. MS-SSTR 2.2.2.2 */
export function checkProtectedTracks(
  client: ClientManifest,
  protection: ClientProtection | undefined,
  tracks: readonly {
    readonly file: string;
    readonly kind: string;
    readonly isProtected: boolean;
  }[],
  findings: Findings,
): void {
  const isTold = protection !== undefined;
  const words = (isProtected: boolean) =>
    isProtected ? "encrypted, by its sample entry" : "in the clear";
  for (const { file, kind, isProtected } of tracks) {
    // Text is never encrypted.
    if (isProtected === isTold || kind === "textstream") continue;
    const expected = `${words(isTold)}, as the ${isTold ? "" : "missing "}ProtectionHeader of ${client.file} says`;
    findings.in(file).wrong(RULE, "samples", words(isProtected), expected);
  }
}
