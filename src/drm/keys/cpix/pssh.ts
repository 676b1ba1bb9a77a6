import { parseBase64, parseUuid } from "../../kid.js";

/**
 * The data of a whole pssh box, such as a PlayReady Object. ISO/IEC 23001-7 8.1
 *
 * @param text base64
 * @param systemId for whom the data must be
 * @returns in base64; undefined when it is no such box
 */
export function dataOfPssh(text: string, systemId: string): string | undefined {
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
