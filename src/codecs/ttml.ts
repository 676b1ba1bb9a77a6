import { dfxp } from "../isobmff/boxes/sample-table.js";
import { FLAGS, type Codec } from "./codec.js";

/**
 * Captions as TTML documents, one for each fragment. Their times count from the start of the
 * fragment, as `dfxp` requires. docs/format.md, "Captions"
 */
export const ttml: Codec = {
  name: "ttml",
  label: "TTML",
  kind: "text",
  sampleEntryTypes: ["dfxp"],
  encoder: undefined,
  sampleFlags: { default: FLAGS.independent },
  microsoftFlags: { default: FLAGS.independent },

  readConfig: () => new Uint8Array(),
  readFormat: () => ({ kind: "text", subtype: "SUBT" }),
  sampleEntry: () => dfxp(),

  // Each document stands alone.
  firstSampleError: () => undefined,
  isEnough: () => true,
  configChange: () => undefined,
  turnOf: () => undefined,

  codedPicture: () => undefined,
  silence: () => undefined,

  // Never DFXP: yt-dlp and N_m3u8DL-RE drop such a track. Media3 needs both attributes.
  qualityLevel: () => ({ FourCC: "TTML", CodecPrivateData: "" }),
};
