import { createHash } from "node:crypto";
import { PackError } from "../errors.js";
import { weakness, type ContentKey } from "./content-key.js";
import { keyFound } from "./keys/key-file.js";
import { guidOrder, parseBase64 } from "./kid.js";

/** Only these bytes of a seed count. */
const SEED_SIZE = 30;

/**
 * The key that a licence server derives from its seed and a key ID. The server then needs no
 * copy of the key. PlayReady Key Seed
 *
 * @param seed at least 30 bytes; later bytes do not count
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

/** Only these bytes of a seed count; a shorter seed is refused. */
const SEED_BYTES = 30;

/**
 * The key seed of a licence server, in base64 as the server shows it.
 *
 * @param where the seed comes from, for messages
 * @throws PackError `input` for text that is not a seed, or is easy to guess
 */
export function parseSeed(text: string, where: string): Buffer {
  if (/^\s*[0-9a-f]{60,}\s*$/i.test(text))
    throw wrong(where, "hexadecimal digits");
  const bytes = parseBase64(text);
  if (bytes === undefined) throw wrong(where, keyFound(text));
  if (bytes.length < SEED_BYTES) throw wrong(where, `${bytes.length} bytes`);
  const error = weakness(bytes.subarray(0, SEED_BYTES));
  if (error === undefined) return bytes;
  throw new PackError(
    "input",
    `${where}: the key seed ${error}. Expected random bytes.`,
  );
}

function wrong(where: string, found: string): PackError {
  return new PackError(
    "input",
    `${where}: has ${found}. Expected a key seed of at least ${SEED_BYTES} bytes in base64, as a licence server tells it.`,
  );
}

/**
 * The key seed of Microsoft's test servers. Microsoft prints it in its documentation, so
 * content under it is open to everybody.
 */
const PUBLIC_SEED = Buffer.from(
  "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I",
  "base64",
);

/** Is this a key that the KID and the public test seed give? */
export function isPublicKey({ kid, key }: ContentKey): boolean {
  return key.export().equals(keyOfSeed(PUBLIC_SEED, kid));
}
