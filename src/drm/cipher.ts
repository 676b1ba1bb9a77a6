import { createCipheriv } from "node:crypto";
import { ivOf, type ProtectedSamples } from "./protected-samples.js";

/**
 * Encrypts a sample: its protected bytes, in order, in as many calls as one likes.
 * The counter goes on over clear bytes between them. ISO/IEC 23001-7 9.4, 9.5
 *
 * @param i which sample of the track
 */
export function sampleCipher(
  samples: ProtectedSamples,
  i: number,
): (bytes: Uint8Array) => Uint8Array {
  const counter = Buffer.alloc(16); // the vector, then the number of the block
  counter.writeBigUInt64BE(ivOf(samples, i));
  const cipher = createCipheriv("aes-128-ctr", samples.key, counter);
  return (bytes) => cipher.update(bytes);
}
