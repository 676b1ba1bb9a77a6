import { PackError } from "../../errors.js";
import type { ContentKey } from "../content-key.js";
import { uuidText, parseBase64, parseUuid } from "../kid.js";
import { strongKey, type KeyOptions, type KeySurroundings } from "./options.js";
import { readSecret, secretText } from "./secret-file.js";

/** A key as read, before its check. */
export interface FoundKey {
  readonly kid: Uint8Array;
  readonly bytes: Buffer;
}

/**
 * The keys of a key file: lines of `KID:KEY` with remarks after #, or JSON. JSON is an object
 * with `kid` and `key`, a list of them, or a list under `keys`.
 *
 * @param where the file's name in messages; they never quote the file
 * @throws PackError `input` for a text that is no such file, holds no key, or has two keys for one KID
 */
export function parseKeyFile(text: string, where: string): FoundKey[] {
  const plain = text.replace(/^\ufeff/, ""); // Windows editors put it first
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
    const content = line.replace(/#.*$/, "").trim();
    if (content === "") continue;
    const colon = content.indexOf(":");
    const place = `${where} line ${i + 1}`;
    if (colon === -1) throw wrong(place, "no colon", "KID:KEY");
    keys.push(keyOf(content.slice(0, colon), content.slice(colon + 1), place));
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

/** The message of JSON.parse quotes the text around a fault, so it must stay here. */
function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PackError("input", `${where}: begins as JSON and is not JSON.`, {
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

/**
 * A key as text: 32 hexadecimal digits, or 16 bytes in base64.
 *
 * @returns undefined for anything else
 */
export function parseKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f]{32}$/i.test(trimmed)) return Buffer.from(trimmed, "hex");
  const bytes = parseBase64(trimmed);
  return bytes?.length === 16 ? bytes : undefined;
}

/** Describes the text in the place of a key, without quoting it. */
export function keyFound(text: string): string {
  const { length } = text.trim();
  return length === 0 ? "nothing" : `${length} characters`;
}

export const KEY_EXPECTED = "32 hexadecimal digits, or 16 bytes in base64";

/** A value of a document for a message. A document from outside may hold very long values. */
export function quoted(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}

/** A KID in any usual form, also in braces. @returns undefined for text that is no UUID */
export function parseKid(text: string): Uint8Array | undefined {
  return parseUuid(text.trim().replace(/^\{(.*)\}$/, "$1"));
}

/**
 * All keys of a key file.
 *
 * @param option its name in messages
 * @throws PackError `usage` when the file lies among the packages, `input` when the file or a key in it cannot be
 * used. No message holds a key
 */
export async function loadKeyList(
  option: string,
  path: string,
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<ContentKey[]> {
  const file = await readSecret(option, path, options, surroundings);
  file.requirePrivate();
  const keys = parseKeyFile(secretText(file), file.where);
  return keys.map(({ kid, bytes }) => strongKey(kid, bytes, file.where));
}
