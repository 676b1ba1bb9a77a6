import { PackError } from "../errors.js";
import { aac } from "./aac.js";
import { avc } from "./avc.js";
import type { Codec } from "./codec.js";
import { ac3, eac3 } from "./dolby.js";
import { hevc } from "./hevc.js";
import { ttml } from "./ttml.js";

/**
 * To add a codec: one file and one row. Its encoder options are in encode/picture-args.ts, and
 * its expected values for verify in verify/level-check.ts.
 */
export const CODECS: readonly Codec[] = [avc, hevc, aac, eac3, ac3, ttml];

/** The codec with this name. Throws a PackError `mux` for a name that is not in the table. */
export function codecNamed(name: string): Codec {
  const codec = CODECS.find((row) => row.name === name);
  if (codec === undefined) {
    throw new PackError(
      "mux",
      `No codec "${name}". Known: ${CODECS.map((row) => row.name).join(", ")}.`,
    );
  }
  return codec;
}

/** ffmpeg's encoder for a codec. Throws a RangeError for a codec without an encoder: no plan uses one. */
export function encoderOf(name: string): string {
  const { encoder } = codecNamed(name);
  if (encoder === undefined) throw new RangeError(`${name}: no encoder`);
  return encoder;
}

/** The codec of a sample entry type; undefined when the table has none. */
export function codecOfSampleEntry(type: string): Codec | undefined {
  return CODECS.find((row) => row.sampleEntryTypes.includes(type));
}

export type { Codec, SampleFlags } from "./codec.js";
export { isDolby, type DolbyName } from "./dolby.js";
