import { createRequire } from "node:module";
import { viewOf } from "../isobmff/bytes.js";
import { at, type SampleTable } from "../media/track.js";
import {
  encryptedIn,
  ivOf,
  type ProtectedSamples,
} from "./protected-samples.js";

/** Encrypts the protected bytes of a sample in order, in any number of calls. */
export type SampleCipher = (bytes: Uint8Array) => Uint8Array;

const BLOCK = 16;

/** For samples up to this size, making a cipher takes longer than its work, and a film has a million samples. */
const SHORT = 256 * BLOCK;

/** One call makes this much keystream. */
const AT_ONCE = 16 * SHORT;

/**
 * Ciphers for samples of a track: AES in counter mode. The counter is the sample's vector and,
 * below it, the number of the block. It goes on over clear bytes between protected ones.
 * ISO/IEC 23001-7 9.4, 9.5
 *
 * @param end one past the last sample
 * @returns a function that takes the number of a sample
 */
export function sampleCiphers(
  protection: ProtectedSamples,
  { size }: SampleTable,
  end: number,
): (i: number) => SampleCipher {
  const lengthOf = (i: number) => encryptedIn(protection, i, at(size, i));
  const keystreamOf = keystreams(protection, end, lengthOf);
  return (i) =>
    lengthOf(i) <= SHORT ? xorWith(keystreamOf(i)) : counterMode(protection, i);
}

function counterMode(protection: ProtectedSamples, i: number): SampleCipher {
  const counter = Buffer.alloc(BLOCK);
  counter.writeBigUInt64BE(ivOf(protection, i));
  const cipher = crypto().createCipheriv(
    "aes-128-ctr",
    protection.key,
    counter,
  );
  return (bytes) => cipher.update(bytes);
}

/**
 * The keystream of counter mode: the encrypted counters. One cipher makes it for many short
 * samples at once.
 */
function keystreams(
  protection: ProtectedSamples,
  end: number,
  lengthOf: (i: number) => number,
): (i: number) => Uint8Array {
  const cipher = crypto().createCipheriv("aes-128-ecb", protection.key, null);
  const counters = viewOf(new Uint8Array(AT_ONCE));
  const begins = new Map<number, number>();
  let made = new Uint8Array();
  const make = (first: number) => {
    begins.clear();
    let position = 0;
    for (let i = first; i < end; i++) {
      const length = lengthOf(i);
      if (length > SHORT) continue;
      if (position + length > AT_ONCE - BLOCK) break;
      begins.set(i, position);
      position = putCounters(counters, position, ivOf(protection, i), length);
    }
    made = cipher.update(new Uint8Array(counters.buffer, 0, position));
  };
  return (i) => {
    if (!begins.has(i)) make(i);
    const begin = begins.get(i) ?? 0;
    return made.subarray(begin, begin + lengthOf(i));
  };
}

/** @returns where the counters of the next sample begin */
function putCounters(
  counters: DataView,
  position: number,
  iv: bigint,
  length: number,
): number {
  const [high, low] = [Number(iv >> 32n), Number(iv & 0xffffffffn)];
  for (let block = 0; block * BLOCK < length; block++, position += BLOCK) {
    counters.setUint32(position, high);
    counters.setUint32(position + 4, low);
    counters.setUint32(position + 12, block);
  }
  return position;
}

/** Overwrites the keystream, which is used only once. */
function xorWith(keystream: Uint8Array): SampleCipher {
  let used = 0;
  return (bytes) => {
    const own = keystream.subarray(used, used + bytes.length);
    for (let i = 0; i < own.length; i++)
      own[i] = (own[i] ?? 0) ^ (bytes[i] ?? 0);
    used += own.length;
    return own;
  };
}

/**
 * Loads Node's cryptography only when it is needed. Loading takes ten milliseconds in each
 * thread, and clear packages do not need it.
 */
export function crypto(): typeof import("node:crypto") {
  return (loaded ??= load("node:crypto") as typeof import("node:crypto"));
}

const load = createRequire(import.meta.url);
let loaded: typeof import("node:crypto") | undefined;
