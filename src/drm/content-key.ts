import { createSecretKey, type KeyObject } from "node:crypto";
import { PackError } from "../errors.js";
import { uuidText } from "./kid.js";

/** What encrypts a presentation, and by what name a licence server knows it. */
export interface ContentKey {
  /** Key ID: 16 bytes in the order in which a UUID is written. */
  readonly kid: Uint8Array;
  /**
   * AES-128. Node's own holder: `console.log`, `JSON.stringify` and `String` show none
   * of it, threads can be given it, and only `key.export()` tells its bytes.
   */
  readonly key: KeyObject;
}

/**
 * @param kid 16 bytes in UUID order
 * @param key 16 bytes; a copy is taken
 * @throws PackError `usage` when either cannot be one; the message never holds the key
 */
export function contentKey(kid: Uint8Array, key: Uint8Array): ContentKey {
  const fault = keyFault(kid, key);
  if (fault !== undefined) throw new PackError("usage", fault);
  return { kid: Uint8Array.from(kid), key: createSecretKey(key) };
}

const KEY_SIZE = 16;

/** 16 random bytes have fewer distinct values once in 10^17 keys. */
const FEWEST_VALUES = 6;

/**
 * Why these cannot be a key ID and a key; undefined when they can. CHECKSUM in the
 * header lets anybody test a guess: a key that can be guessed protects nothing.
 */
export function keyFault(kid: Uint8Array, key: Uint8Array): string | undefined {
  if (kid.length !== KEY_SIZE)
    return `A key ID of ${kid.length} bytes. Expected ${KEY_SIZE}.`;
  if (kid.every((byte) => byte === 0))
    return "The key ID is all zeros, which means none. Expected the one that the licence server knows.";
  const where = `The key of ${uuidText(kid)}`;
  if (key.length !== KEY_SIZE)
    return `${where} has ${key.length} bytes. Expected ${KEY_SIZE}.`;
  if (Buffer.compare(kid, key) === 0)
    return `${where} is the key ID itself, which everybody can read. Expected a secret one.`;
  if (new Set(key).size < FEWEST_VALUES)
    return `${where} can be guessed: it repeats a few bytes. Expected 16 random ones.`;
  return undefined;
}
