import {
  readEncryptions,
  systemData,
  type TrackEncryption,
} from "../drm/finished/header.js";
import { uuidText } from "../drm/kid.js";
import { systemOfHeader } from "../drm/manifest-header.js";
import {
  HeaderError,
  type System,
  type SystemHeader,
  SYSTEM_FACTS,
} from "../drm/system.js";
import { readingError } from "../errors.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import {
  plainSystemId,
  protectionsIn,
  type FoundProtection,
} from "../smooth/protection-element.js";
import type { Findings, FindingPlace } from "./finding.js";

const RULE = "protection";

/** The protection of a package, by its client manifest. */
export interface ClientProtection {
  readonly systemId: string;
  /** The system's header in base64, without blanks. */
  readonly header: string;
  /** Key ID; undefined when it cannot be read. */
  readonly kid: string | undefined;
}

/**
 * Checks the protection in the client manifest. dash.js and rx-player read only the first
 * header. shaka-player needs the system's UUID without braces, and dash.js needs the
 * header without blanks. MS-SSTR 2.2.2.2
 *
 * @returns undefined when the manifest has no protection
 */
export function checkClientProtection(
  { root, file }: ClientManifest,
  findings: Findings,
): ClientProtection | undefined {
  const headers = protectionsIn(root);
  if (headers === undefined) return undefined;
  const place = findings.in(file);
  const [first] = headers;
  if (first === undefined) {
    place.fault(RULE, "Protection has no ProtectionHeader in it");
    return undefined;
  }
  const { systemId, scheme } = checkSystem(first, place);
  const header = first.header.replace(/\s+/g, "");
  if (header !== first.header)
    place.fault(
      RULE,
      "ProtectionHeader has blanks in it, which dash.js takes for a part of it",
    );
  const kid = scheme && checkHeaderText(scheme, header, place);
  return { systemId, header, kid };
}

function checkSystem(first: FoundProtection, place: FindingPlace) {
  const plain = plainSystemId(first);
  if (plain.length !== first.systemId.length)
    place.wrong(
      RULE,
      "SystemID",
      first.systemId,
      `${plain}: shaka-player knows no braces`,
    );
  const scheme = systemOfHeader(first);
  if (scheme === undefined) {
    const systemIds = Object.values(SYSTEM_FACTS).map(
      ({ systemId }) => systemId,
    );
    const what = "SystemID of the first ProtectionHeader";
    place.wrong(RULE, what, plain, systemIds.join(" or "));
  }
  return { systemId: plain, scheme };
}

/** @returns the KID, when it is readable */
function checkHeaderText(
  scheme: System,
  text: string,
  place: FindingPlace,
): string | undefined {
  let header: SystemHeader;
  try {
    header = scheme.readHeader(text);
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    place.fault(RULE, `ProtectionHeader ${error.message}`);
    return undefined;
  }
  for (const { what, found, expected } of header.defects)
    place.wrong(RULE, what, found, expected);
  const [key] = header.keys;
  return key && uuidText(key.kid);
}

/**
 * Compares the moov of an encrypted track with the client manifest.
 *
 * @param bytes in front of the first fragment
 */
export function checkFileProtection(
  bytes: Uint8Array,
  trackId: number,
  client: ClientProtection | undefined,
  place: FindingPlace,
): TrackEncryption | undefined {
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
    // Players invent the tenc, because Smooth has no moov, and assume 8 bytes.
    place.expect(RULE, "size of initialization vectors", ivSize, 8);
    return encryption;
  } catch (error) {
    place.fault(RULE, `the moov cannot be read: ${readingError(error)}`);
    return undefined;
  }
}

function checkPssh(
  bytes: Uint8Array,
  { systemId, header }: ClientProtection,
  place: FindingPlace,
): void {
  const data = systemData(bytes, systemId).map((header) =>
    Buffer.from(header).toString("base64"),
  );
  if (!data.includes(header))
    place.fault(
      RULE,
      "no pssh in the moov holds the ProtectionHeader of the client manifest",
    );
}

/** A client asks for a licence exactly when the manifest has a protection. MS-SSTR 2.2.2.2 */
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
