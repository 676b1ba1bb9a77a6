import { guidOrder, parseBase64 } from "./kid.js";
import { HeaderError, type HeaderDefect, type HeaderKey } from "./system.js";
import {
  childAt,
  childrenOf,
  parseXmlText,
  XmlError,
  type XmlElement,
} from "../util/xml.js";

/** The contents of a PlayReady Object. */
export interface ReadHeader {
  /** Such as `4.0.0.0`. */
  readonly version: string;
  readonly keys: readonly HeaderKey[];
  readonly laUrl: string | undefined;
  /** Number of records beside the header, such as a licence store. */
  readonly otherRecords: number;
}

/** PlayReady Header Specification, "PlayReady Object": at most 15 KB. */
const LONGEST = 15 * 1024;

/** Type of the record that holds the header. */
const HEADER_RECORD = 1;

/**
 * Reads the inner text of a ProtectionHeader element.
 *
 * @param text base64
 * @throws HeaderError
 */
export function readHeaderText(text: string): ReadHeader {
  const bytes = parseBase64(text);
  if (bytes === undefined) throw new HeaderError("is not base64");
  return readPlayReadyObject(bytes);
}

/** Smooth players support one key, AES-CTR, and addresses that a browser can open. */
export function defectsOf({ keys, laUrl }: ReadHeader): HeaderDefect[] {
  const { checksum, algorithm } = keys[0] ?? {};
  return [
    keys.length !== 1 && {
      what: "number of keys in the ProtectionHeader",
      ...{ found: keys.length, expected: 1 },
    },
    checksum !== undefined &&
      !/^[A-Za-z0-9+/]{11}=$/.test(checksum) && {
        ...{ what: "CHECKSUM", found: checksum, expected: "8 bytes in base64" },
      },
    algorithm !== undefined &&
      algorithm !== "AESCTR" && {
        ...{ what: "ALGID", found: algorithm, expected: "AESCTR" },
      },
    laUrl !== undefined &&
      !/^https?:\/\/\S+$/i.test(laUrl) && {
        ...{ what: "LA_URL", found: laUrl },
        expected: "an absolute http or https address",
      },
  ].filter((defect) => defect !== false);
}

/**
 * Reads a PlayReady Object: records, one of which holds a header in UTF-16.
 *
 * @throws HeaderError
 */
export function readPlayReadyObject(bytes: Buffer): ReadHeader {
  const records = recordsOf(bytes);
  const headers = records.filter(({ type }) => type === HEADER_RECORD);
  const [header] = headers;
  if (header === undefined || headers.length > 1)
    throw new HeaderError(`has ${headers.length} headers, expected one`);
  const root = parseHeader(header.value);
  return { ...readRoot(root), otherRecords: records.length - 1 };
}

interface PlayReadyRecord {
  readonly type: number;
  readonly value: Buffer;
}

/** All numbers are little-endian. */
function recordsOf(bytes: Buffer): PlayReadyRecord[] {
  if (bytes.length < 6 || bytes.length > LONGEST)
    throw new HeaderError(
      `has ${bytes.length} bytes, expected 6 to ${LONGEST}`,
    );
  const announcedLength = bytes.readUInt32LE(0);
  if (announcedLength !== bytes.length)
    throw new HeaderError(
      `says ${announcedLength} bytes and has ${bytes.length}`,
    );
  const count = bytes.readUInt16LE(4);
  const records: PlayReadyRecord[] = [];
  let at = 6;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new HeaderError("ends within a record");
    const [type, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    at += 4;
    if (at + length > bytes.length)
      throw new HeaderError("ends within a record");
    records.push({ type, value: bytes.subarray(at, at + length) });
    at += length;
  }
  if (at !== bytes.length)
    throw new HeaderError(`has ${bytes.length - at} bytes behind its records`);
  return records;
}

function parseHeader(value: Buffer): XmlElement {
  try {
    const root = parseXmlText(new TextDecoder("utf-16le").decode(value));
    if (root.name === "WRMHEADER") return root;
    throw new XmlError("is no WRMHEADER");
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new HeaderError(`its header ${error.message}`);
  }
}

function readRoot(root: XmlElement): Omit<ReadHeader, "otherRecords"> {
  const version = root.attributes.get("version") ?? "";
  const data = childAt(root, "DATA");
  const info = childAt(data, "PROTECTINFO");
  const elements = [
    ...childrenOf(info, "KID"),
    ...childrenOf(childAt(info, "KIDS"), "KID"),
  ];
  const keys = elements.map(keyOfAttributes);
  return {
    version,
    keys: version.startsWith("4.0.") ? [keyOfText(data)] : keys,
    laUrl: childAt(data, "LA_URL")?.text,
  };
}

/** Version 4.0 has one key, in elements. */
function keyOfText(data: XmlElement | undefined): HeaderKey {
  return {
    kid: kidOf(childAt(data, "KID")?.text),
    checksum: childAt(data, "CHECKSUM")?.text.trim(),
    algorithm: childAt(data, "PROTECTINFO", "ALGID")?.text.trim(),
  };
}

/** Later versions have the keys in attributes. */
function keyOfAttributes({ attributes }: XmlElement): HeaderKey {
  return {
    kid: kidOf(attributes.get("VALUE")),
    checksum: attributes.get("CHECKSUM"),
    algorithm: attributes.get("ALGID"),
  };
}

/** @param text in GUID order, base64 */
function kidOf(text: string | undefined): Uint8Array {
  const bytes = text === undefined ? undefined : parseBase64(text);
  if (bytes?.length !== 16)
    throw new HeaderError("its header has no whole KID");
  return guidOrder(bytes);
}
