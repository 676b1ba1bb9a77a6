import { PackError } from "../../errors.js";
import { uuidText } from "../kid.js";
import { keyFound, KEY_EXPECTED, parseKey, parseKid } from "./key-text.js";

/** A key that was read, before it is one of ours. */
export interface FoundKey {
  readonly kid: Uint8Array;
  readonly bytes: Buffer;
}

/**
 * The keys of a key file: lines of `KID:KEY` with remarks behind #, or JSON, as an
 * object with `kid` and `key`, a list of them, or a list under `keys`.
 *
 * @param where what messages call the file; they never quote it
 * @throws PackError `input` for what is no such file, holds no key, or two of one KID
 */
export function parseKeyFile(text: string, where: string): FoundKey[] {
  const plain = text.replace(/^\ufeff/, ""); // Windows editors begin a file with it
  const keys = /^\s*(\[|\{\s*["}])/.test(plain)
    ? fromJson(plain, where)
    : fromLines(plain, where);
  if (keys.length === 0) {
    throw new PackError("input", `${where}: holds no key.`, { hint: FORMAT });
  }
  requireDistinct(keys, where);
  return keys;
}

const FORMAT =
  "A line is KID:KEY, such as 01020304-0506-0708-090a-aabbccddeeff: and 32 hexadecimal digits.";

/** @throws PackError `input` naming a KID that has two keys */
export function requireDistinct(
  keys: readonly FoundKey[],
  where: string,
): void {
  const seen = new Set<string>();
  for (const { kid } of keys) {
    const id = uuidText(kid);
    if (seen.size === seen.add(id).size) {
      throw new PackError(
        "input",
        `${where}: has two keys of the KID ${id}. Expected one.`,
        { facts: { kid: id } },
      );
    }
  }
}

function fromLines(text: string, where: string): FoundKey[] {
  const keys: FoundKey[] = [];
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const said = line.replace(/#.*$/, "").trim();
    if (said === "") continue;
    const colon = said.indexOf(":");
    const place = `${where} line ${i + 1}`;
    if (colon === -1) throw wrong(place, "no colon", "KID:KEY");
    keys.push(keyOf(said.slice(0, colon), said.slice(colon + 1), place));
  }
  return keys;
}

function fromJson(text: string, where: string): FoundKey[] {
  const document = parseJson(text, where);
  const list = Array.isArray(document)
    ? document
    : isObject(document) && Array.isArray(document["keys"])
      ? (document["keys"] as unknown[])
      : [document];
  return list.map((row: unknown, i) => {
    const place = `${where} key ${i + 1}`;
    const { kid, key } = isObject(row) ? row : {};
    if (typeof kid !== "string" || typeof key !== "string")
      throw wrong(place, "no such object", 'texts "kid" and "key"');
    return keyOf(kid, key, place);
  });
}

/** What JSON.parse says of a fault quotes what stands around it: it must go no further. */
function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PackError("input", `${where}: begins as JSON and is none.`, {
      hint: 'Expected { "kid": ..., "key": ... }, or a list of such under "keys".',
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyOf(kidSaid: string, keySaid: string, place: string): FoundKey {
  const kid = parseKid(kidSaid);
  if (kid === undefined)
    throw wrong(place, `${keyFound(kidSaid)} as the KID`, "a UUID");
  const bytes = parseKey(keySaid);
  if (bytes === undefined)
    throw wrong(place, `${keyFound(keySaid)} as the key`, KEY_EXPECTED);
  return { kid, bytes };
}

function wrong(place: string, found: string, expected: string): PackError {
  return new PackError(
    "input",
    `${place}: has ${found}. Expected ${expected}.`,
    { hint: FORMAT },
  );
}
