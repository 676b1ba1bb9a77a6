import { PackError } from "../errors.js";
import { aac } from "./aac.js";
import { avc } from "./avc.js";
import type { Codec } from "./codec.js";
import { ttml } from "./ttml.js";

/**
 * The door for a new codec: one file and one row. Its encoder options stand in
 * encode/ffmpeg-args.ts, what verify expects of it in verify/level-check.ts.
 */
export const CODECS: readonly Codec[] = [avc, aac, ttml];

/** The codec of a name. Throws a PackError `mux` for a name that is not in the table. */
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

/** ffmpeg's encoder for a codec. Throws a RangeError for one that nothing encodes: no plan asks for it. */
export function encoderOf(name: string): string {
  const { encoder } = codecNamed(name);
  if (encoder === undefined) throw new RangeError(`${name}: no encoder`);
  return encoder;
}

/** The codec that is kept in sample entries of this type, if it is one of ours. */
export function codecOfSampleEntry(type: string): Codec | undefined {
  return CODECS.find((row) => row.sampleEntryTypes.includes(type));
}

export type { Codec, SampleFlags } from "./codec.js";
