import type { CommonEncryption } from "../media/adaptive-title.js";
import { tagLine } from "./hls-tags.js";

const PLAYREADY = "9a04f079-9840-4286-ab92-e65be0885f95";

/**
 * The key of all segments: AES in counter mode, with the licence system's header as data in the
 * address. RFC 8216bis 4.4.4.4; PlayReady, "HLS with PlayReady"
 */
export function keyLine({ kid, systemId, data }: CommonEncryption): string {
  const id = systemId.toLowerCase();
  const header = Buffer.from(data).toString("base64");
  const isPlayReady = id === PLAYREADY;
  const type = isPlayReady
    ? "data:text/plain;charset=UTF-16;base64"
    : "data:text/plain;base64";
  return tagLine("EXT-X-KEY", {
    METHOD: ["SAMPLE-AES-CTR"],
    URI: `${type},${header}`,
    ...(kid && { KEYID: [`0x${Buffer.from(kid).toString("hex")}`] }),
    KEYFORMAT: isPlayReady ? "com.microsoft.playready" : `urn:uuid:${id}`,
    KEYFORMATVERSIONS: "1",
  });
}
