import { PackError } from "../../../errors.js";
import { uuidText } from "../../kid.js";
import {
  childAt,
  childrenOf,
  parseSecretXml,
  XmlError,
  type XmlElement,
} from "../../../util/xml.js";
import { parseKid } from "../key-file.js";

/** The parts of a CPIX document that we use. DASH-IF CPIX 2.3 */
export interface CpixDocument {
  readonly keys: readonly CpixKey[];
  /** The recipients of the encrypted keys; empty when the keys are clear. */
  readonly deliveries: readonly XmlElement[];
  readonly systems: readonly CpixSystem[];
  readonly rules: readonly CpixRule[];
  readonly isSigned: boolean;
}

export interface CpixKey {
  readonly kid: Uint8Array;
  /** Holds the key, clear or encrypted; undefined in a request without an answer. */
  readonly secret: XmlElement | undefined;
  /** `cenc`, `cbcs` and so on; undefined when the document leaves it open. */
  readonly scheme: string | undefined;
  readonly hasExplicitIv: boolean;
}

/** What a document gives a DRM system for a key. */
export interface CpixSystem {
  readonly kid: Uint8Array;
  /** A UUID in lower case. */
  readonly systemId: string;
  /** The inner text of ProtectionHeader, without white space. */
  readonly smoothHeader: string | undefined;
  /** A whole pssh box in base64. */
  readonly pssh: string | undefined;
}

/** The tracks that a key is for. */
export interface CpixRule {
  readonly kid: Uint8Array;
  /** For every picture track of any size, bitrate and label. */
  readonly forVideo: boolean;
  /** For every sound track. */
  readonly forAudio: boolean;
  /** Keys that change with time. */
  readonly hasPeriods: boolean;
}

const CPIX = "urn:dashif:org:cpix";

/**
 * Reads a CPIX document and decrypts nothing.
 *
 * @param where its name in messages; they never quote the document
 * @throws PackError `input` for a text that is no such document, or names no keys
 */
export function readCpix(bytes: Uint8Array, where: string): CpixDocument {
  const root = parseRoot(bytes, where);
  const rows = (list: string, row: string) =>
    childrenOf(childAt(root, list), row);
  const kid = (element: XmlElement) => kidOf(element, where);
  const keys = rows("ContentKeyList", "ContentKey").map((element) => ({
    kid: kid(element),
    secret: childAt(element, "Data", "Secret"),
    scheme: element.attributes.get("commonEncryptionScheme"),
    hasExplicitIv: element.attributes.has("explicitIV"),
  }));
  if (keys.length === 0)
    throw new PackError("input", `${where}: has no ContentKey.`);
  requireDistinct(keys, where);
  return {
    keys,
    deliveries: rows("DeliveryDataList", "DeliveryData"),
    systems: rows("DRMSystemList", "DRMSystem").map((element) => ({
      kid: kid(element),
      ...systemOf(element),
    })),
    rules: rows("ContentKeyUsageRuleList", "ContentKeyUsageRule").map(
      (element) => ({ kid: kid(element), ...ruleOf(element) }),
    ),
    isSigned: childAt(root, "Signature") !== undefined,
  };
}

function parseRoot(bytes: Uint8Array, where: string): XmlElement {
  try {
    const root = parseSecretXml(bytes);
    if (root.name === "CPIX" && root.namespace === CPIX) return root;
    throw new XmlError("is not a CPIX document");
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new PackError("input", `${where}: ${error.message}.`, {
      hint: `Expected a CPIX element of the namespace ${CPIX}.`,
    });
  }
}

function requireDistinct(keys: readonly CpixKey[], where: string): void {
  const seen = new Set<string>();
  for (const { kid } of keys) {
    const id = uuidText(kid);
    if (seen.size !== seen.add(id).size) continue;
    throw new PackError(
      "input",
      `${where}: has two ContentKeys of the KID ${id}. Expected one.`,
      { facts: { kid: id } },
    );
  }
}

function kidOf({ name, attributes }: XmlElement, where: string): Uint8Array {
  const kid = parseKid(attributes.get("kid") ?? "");
  if (kid !== undefined) return kid;
  throw new PackError(
    "input",
    `${where}: a ${name} has no kid that is a UUID.`,
  );
}

function systemOf(element: XmlElement): Omit<CpixSystem, "kid"> {
  const textOf = (name: string) => {
    const text = childAt(element, name)?.text.replace(/\s+/g, "");
    return text === "" ? undefined : text;
  };
  return {
    systemId: (element.attributes.get("systemId") ?? "").trim().toLowerCase(),
    smoothHeader: textOf("SmoothStreamingProtectionHeaderData"),
    pssh: textOf("PSSH"),
  };
}

/**
 * Filters of a kind limit a rule to tracks of that kind; a rule without filters is for all
 * tracks. A filter by size, bitrate, label or an unknown attribute excludes some tracks, so the
 * rule covers no whole kind. CPIX 2.3, "ContentKeyUsageRule"
 */
function ruleOf(element: XmlElement): Omit<CpixRule, "kid"> {
  const { children, attributes } = element;
  const type = attributes.get("intendedTrackType") ?? "ALL";
  const isWhole = (name: string, kind: string) =>
    children.every((child) => KINDS.has(child.name)) &&
    (type === "ALL" || type === kind) &&
    (children.length === 0 ||
      childrenOf(element, name).some((filter) => filter.attributes.size === 0));
  return {
    forVideo: isWhole("VideoFilter", "VIDEO"),
    forAudio: isWhole("AudioFilter", "AUDIO"),
    hasPeriods: childAt(element, "KeyPeriodFilter") !== undefined,
  };
}

/** Filters that, without attributes, cover a whole kind. */
const KINDS: ReadonlySet<string> = new Set(["VideoFilter", "AudioFilter"]);
