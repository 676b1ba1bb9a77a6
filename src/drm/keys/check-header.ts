import { PackError } from "../../errors.js";
import type { ContentKey } from "../content-key.js";
import { uuidText } from "../kid.js";
import { checksum } from "../playready.js";
import { readHeaderText, type ReadHeader } from "../read-header.js";
import { HeaderError } from "../system.js";
import { quoted } from "./key-file.js";

/**
 * Compares a header from another maker with the key. A licence server that gets this header
 * must return this very key.
 *
 * @param text the inner text of ProtectionHeader
 * @param where the header comes from, for messages
 * @returns problems that players may have with it, in words
 * @throws PackError `input` when the header is for another key, or not for AES-CTR
 */
export function requireFittingHeader(
  text: string,
  contentKey: ContentKey,
  where: string,
): string[] {
  const header = readOrThrow(text, where);
  const [key] = header.keys;
  if (key === undefined || header.keys.length > 1)
    throw wrong(where, `names ${header.keys.length} keys`, "one");
  const kid = uuidText(key.kid);
  const expectedKid = uuidText(contentKey.kid);
  if (kid !== expectedKid)
    throw wrong(where, `is for the KID ${kid}`, expectedKid);
  const expected = checksum(contentKey);
  if (key.checksum !== undefined && key.checksum !== expected)
    throw wrong(
      where,
      `has the checksum ${quoted(key.checksum)}, so it is for another key of this KID`,
      expected,
    );
  if (key.algorithm !== undefined && key.algorithm !== "AESCTR")
    throw wrong(
      where,
      `is for ${quoted(key.algorithm)}`,
      "AESCTR, the only one in Smooth Streaming",
    );
  return notesOn(header, key.checksum === undefined);
}

function readOrThrow(text: string, where: string): ReadHeader {
  try {
    return readHeaderText(text);
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    throw new PackError(
      "input",
      `${where}: its PlayReady header cannot be used: it ${error.message}.`,
    );
  }
}

function notesOn(header: ReadHeader, isWithoutChecksum: boolean): string[] {
  const { version, otherRecords, laUrl } = header;
  return [
    ...(version.startsWith("4.0.")
      ? []
      : [
          `the PlayReady header has version ${quoted(version) || "none"}: dash.js, shaka-player and rx-player read 4.0 only`,
        ]),
    ...(isWithoutChecksum
      ? [
          "the PlayReady header has no checksum: Kodi and clients of that time miss it",
        ]
      : []),
    ...(otherRecords > 0
      ? [
          `the PlayReady header comes with ${otherRecords} more record: rx-player and ExoPlayer expect none`,
        ]
      : []),
    ...(laUrl === undefined
      ? [
          "the PlayReady header names no licence server (LA_URL): players must know it themselves",
        ]
      : []),
  ];
}

function wrong(where: string, found: string, expected: string): PackError {
  return new PackError(
    "input",
    `${where}: its PlayReady header ${found}. Expected ${expected}.`,
  );
}
