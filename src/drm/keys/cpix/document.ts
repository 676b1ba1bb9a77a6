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

/** What a CPIX document says, as far as it is for us. DASH-IF CPIX 2.3 */
export interface CpixDocument {
  readonly keys: readonly CpixKey[];
  /** For whom the keys are encrypted; none when they are clear. */
  readonly deliveries: readonly XmlElement[];
  readonly systems: readonly CpixSystem[];
  readonly rules: readonly CpixRule[];
  readonly isSigned: boolean;
}

export interface CpixKey {
  readonly kid: Uint8Array;
  /** Holds the key, clear or encrypted; undefined in a request that nobody has answered. */
  readonly secret: XmlElement | undefined;
  /** `cenc`, `cbcs` and so on; undefined where it is left open. */
  readonly scheme: string | undefined;
  readonly hasExplicitIv: boolean;
}

/** What a DRM system wants to be said of a key. */
export interface CpixSystem {
  readonly kid: Uint8Array;
  /** A UUID in small letters. */
  readonly systemId: string;
  /** The inner text of ProtectionHeader, without white space. */
  readonly smoothHeader: string | undefined;
  /** A whole pssh box in base64. */
  readonly pssh: string | undefined;
}

/** Which tracks a key is for. */
export interface CpixRule {
  readonly kid: Uint8Array;
  /** For every picture track, whatever its size, bitrate and label. */
  readonly forVideo: boolean;
  /** For every sound track. */
  readonly forAudio: boolean;
  /** Keys that change with time. */
  readonly hasPeriods: boolean;
}

const CPIX = "urn:dashif:org:cpix";

/**
 * Reads a CPIX document; nothing is decrypted yet.
 *
 * @param where what messages call it; they never quote it
 * @throws PackError `input` for what is no such document, or names no keys
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
    throw new XmlError("is no CPIX document");
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
 * Filters of a kind make a rule one for tracks of that kind; without any it is for all.
 * What narrows it down further, by size, bitrate, label or anything that we do not
 * know, leaves it for no whole kind. CPIX 2.3, "ContentKeyUsageRule"
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

/** Filters that, without attributes, leave nothing of a kind out. */
const KINDS: ReadonlySet<string> = new Set(["VideoFilter", "AudioFilter"]);
