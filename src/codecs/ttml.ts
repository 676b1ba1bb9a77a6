import { dfxp } from "../isobmff/boxes/sample-table.js";
import { FLAGS, type Codec } from "./codec.js";

/**
 * Captions as TTML documents, one to a fragment, whose times count from its
 * begin: what `dfxp` says. docs/format.md, "Captions"
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

  // Never DFXP: yt-dlp and N_m3u8DL-RE lose that. Media3 wants both attributes.
  qualityLevel: () => ({ FourCC: "TTML", CodecPrivateData: "" }),
};
