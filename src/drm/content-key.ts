import { createSecretKey, type KeyObject } from "node:crypto";
import { inspect, types } from "node:util";
import { PackError } from "../errors.js";
import { guidOrder, uuidText } from "./kid.js";

/** The key of a presentation, and its ID for a licence server. */
export interface ContentKey {
  /** Key ID: 16 bytes in the order in which a UUID is written. */
  readonly kid: Uint8Array;
  /** AES-128, in Node's own holder: only `key.export()` gives its bytes, and threads can receive it. */
  readonly key: KeyObject;
}

/**
 * A key that prints as `[key]` everywhere: in a template, as JSON, in a debugger's dump, in the
 * facts of an error.
 *
 * @param kid 16 bytes in UUID order
 * @param key 16 bytes; a copy is taken
 * @throws PackError `usage` for a wrong KID or key; the message never holds the key
 */
export function contentKey(kid: Uint8Array, key: Uint8Array): ContentKey {
  requireValid(kid, key);
  return new HiddenKey(kid, createSecretKey(key));
}

/**
 * Checks the key object of a caller: any code can make an object of this shape.
 *
 * @throws PackError `usage` when {@link contentKey} would not have made it
 */
export function requireContentKey(value: unknown): asserts value is ContentKey {
  const { kid, key } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (!types.isKeyObject(key) || key.type !== "secret")
    throw new PackError(
      "usage",
      "This is not a content key. Expected what contentKey(kid, key) returns; a copy of that has no key.",
    );
  requireValid(kid, key.export());
}

/** The message quotes the first value only when it is a KID: the caller may have swapped the two. */
function requireValid(kid: unknown, key: unknown): void {
  if (!types.isUint8Array(kid) || !types.isUint8Array(key))
    throw new PackError(
      "usage",
      "A KID and a key are given in another form. Expected two Uint8Arrays of 16 bytes.",
    );
  const error = keyError(kid, key);
  if (error === undefined) return;
  const name =
    kid.length === KEY_SIZE ? `The key of ${uuidText(kid)}` : "A key";
  throw new PackError(
    "usage",
    `${name} ${error}. Expected 16 random bytes and a KID of their own.`,
  );
}

/** Every print shows this in the place of the key. */
const HIDDEN = "[key]";

class HiddenKey implements ContentKey {
  readonly kid: Uint8Array;
  readonly #key: KeyObject;

  constructor(kid: Uint8Array, key: KeyObject) {
    this.kid = Uint8Array.from(kid);
    this.#key = key;
  }

  get key(): KeyObject {
    return this.#key;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

const KEY_SIZE = 16;

/** 16 random bytes have fewer different values once in 10^12 keys. */
const FEWEST_VALUES = 8;

/**
 * Why these bytes cannot be a key ID and a key, as the end of a sentence about the key;
 * undefined when they can. The CHECKSUM in every header lets anybody test a guess, so a key
 * that is easy to guess protects nothing.
 */
export function keyError(kid: Uint8Array, key: Uint8Array): string | undefined {
  if (kid.length !== KEY_SIZE) return `has a KID of ${kid.length} bytes`;
  if (kid.every((byte) => byte === 0))
    return "has a KID of zeros, which means none";
  if (key.length !== KEY_SIZE)
    return `has ${key.length} bytes, not ${KEY_SIZE}`;
  const isKid = [kid, guidOrder(kid)].some(
    (order) => Buffer.compare(order, key) === 0,
  );
  return isKid ? "is the KID itself, which everybody can read" : weakness(key);
}

/** Why bytes are easy to guess, in the form of {@link keyError}; undefined for bytes that look random. */
export function weakness(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte === 0)) return "is all zeros";
  const half = bytes.length / 2;
  if (bytes.subarray(0, half).every((byte, i) => byte === bytes[i + half]))
    return "repeats itself";
  const steps = new Set<number>();
  for (let i = 1; i < bytes.length; i++)
    steps.add(((bytes[i] ?? 0) - (bytes[i - 1] ?? 0)) & 0xff);
  if (steps.size === 1) return "counts up or down";
  const { size } = new Set(bytes);
  return size < FEWEST_VALUES ? `has only ${size} different bytes` : undefined;
}

/** Writes a new key to its file. Returns a function that undoes it when the package does not become visible. */
export type KeepKey = () => Promise<() => Promise<void>>;
