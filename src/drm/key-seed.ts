import { createHash } from "node:crypto";
import { PackError } from "../errors.js";
import { guidOrder } from "./kid.js";

/** Only so much of a seed counts. */
const SEED_SIZE = 30;

/**
 * The key that a licence server derives from its seed and a key ID, so that nobody
 * need tell it the key. PlayReady Key Seed
 *
 * @param seed at least 30 bytes; those behind do not count
 * @param kid 16 bytes in UUID order
 * @returns 16 bytes
 * @throws PackError `usage` for a seed that is too short
 */
export function keyOfSeed(seed: Uint8Array, kid: Uint8Array): Uint8Array {
  if (seed.length < SEED_SIZE) {
    throw new PackError(
      "usage",
      `The key seed has ${seed.length} bytes. Expected at least ${SEED_SIZE}.`,
    );
  }
  const s = seed.subarray(0, SEED_SIZE);
  const k = guidOrder(kid);
  const hashes = [sha256(s, k), sha256(s, k, s), sha256(s, k, s, k)];
  return Uint8Array.from({ length: 16 }, (_, i) =>
    hashes.reduce((x, hash) => x ^ (hash[i] ?? 0) ^ (hash[i + 16] ?? 0), 0),
  );
}

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
