import { PackError } from "../../../errors.js";
import type { ContentKey } from "../../content-key.js";
import { uuidText, parseBase64, parseUuid } from "../../kid.js";
import { playready } from "../../playready.js";
import { requireFittingHeader } from "../check-header.js";
import type { CpixSystem } from "./document.js";

/** A PlayReady header from a document, after its check. */
export interface CpixHeader {
  /** The inner text of ProtectionHeader. */
  readonly data: string;
  readonly notes: readonly string[];
}

/**
 * The header that a document gives clients for a key: the one for Smooth Streaming, else the
 * PlayReady Object in its pssh box.
 *
 * @returns undefined when the document has neither
 * @throws PackError `input` when the header does not fit the key
 */
export function headerOf(
  systems: readonly CpixSystem[],
  contentKey: ContentKey,
  where: string,
): CpixHeader | undefined {
  const kidOfKey = uuidText(contentKey.kid);
  const own = systems.filter(
    ({ kid, systemId }) =>
      systemId === playready.systemId && uuidText(kid) === kidOfKey,
  );
  const [system] = own;
  if (own.length > 1)
    throw new PackError(
      "input",
      `${where}: has ${own.length} DRMSystems of PlayReady for the KID ${kidOfKey}. Expected one.`,
    );
  const data = system?.smoothHeader ?? objectOf(system, where);
  if (data === undefined) return undefined;
  return { data, notes: requireFittingHeader(data, contentKey, where) };
}

function objectOf(
  system: CpixSystem | undefined,
  where: string,
): string | undefined {
  if (system?.pssh === undefined) return undefined;
  const data = dataOfPssh(system.pssh, system.systemId);
  if (data !== undefined) return data;
  throw new PackError(
    "input",
    `${where}: its PSSH is not a pssh box of PlayReady.`,
  );
}

/**
 * The data of a whole pssh box, such as a PlayReady Object. ISO/IEC 23001-7 8.1
 *
 * @param text base64
 * @param systemId the system that the data must be for
 * @returns in base64; undefined when the text is no such box
 */
function dataOfPssh(text: string, systemId: string): string | undefined {
  const box = parseBase64(text);
  if (box === undefined || box.length < 32) return undefined;
  const isBox =
    box.readUInt32BE(0) === box.length &&
    box.toString("latin1", 4, 8) === "pssh";
  const isForSystem = parseUuid(systemId)?.every(
    (byte, i) => byte === box[12 + i],
  );
  if (!isBox || !isForSystem) return undefined;
  // Version 1 has a list of KIDs before the data.
  const kids = box[8] === 0 ? 0 : 4 + 16 * box.readUInt32BE(28);
  const at = 28 + kids;
  if (at + 4 > box.length) return undefined;
  const size = box.readUInt32BE(at);
  return at + 4 + size === box.length
    ? box.subarray(at + 4).toString("base64")
    : undefined;
}
