import { PackError } from "../../../errors.js";
import { uuidText } from "../../kid.js";
import type { CpixDocument, CpixKey } from "./document.js";

/**
 * The one key that a document has for a presentation: its only one, the one that
 * was asked for, or the one that its rules give to every picture and sound track.
 * Smooth players take one KID for all.
 *
 * @param wanted of `--kid`
 * @throws PackError `input` when there is no such key, or more than one
 */
export function chooseKey(
  document: CpixDocument,
  wanted: Uint8Array | undefined,
  where: string,
): CpixKey {
  const { keys, rules } = document;
  if (wanted !== undefined) return keyOf(document, wanted, where);
  const [first] = keys;
  if (first !== undefined && keys.length === 1) return first;
  if (rules.some(({ hasPeriods }) => hasPeriods))
    throw several(document, where, "they change with time");
  const own = rules.filter(({ forVideo, forAudio }) => forVideo || forAudio);
  const kids = [...new Set(own.map(({ kid }) => uuidText(kid)))];
  const [rule] = own;
  if (rule === undefined)
    throw several(document, where, "no rule says which is for what");
  if (kids.length > 1)
    throw several(document, where, "its rules give tracks different ones");
  const isForAll =
    own.some(({ forVideo }) => forVideo) &&
    own.some(({ forAudio }) => forAudio);
  if (!isForAll)
    throw several(document, where, "its rules leave some tracks without one");
  return keyOf(document, rule.kid, where);
}

function keyOf(
  { keys }: CpixDocument,
  kid: Uint8Array,
  where: string,
): CpixKey {
  const key = keys.find(
    (candidate) => uuidText(candidate.kid) === uuidText(kid),
  );
  if (key !== undefined) return key;
  const known = keys.map((candidate) => uuidText(candidate.kid));
  throw new PackError(
    "input",
    `${where}: has no key of the KID ${uuidText(kid)}. Found: ${known.slice(0, 5).join(", ")}.`,
    { facts: { kid: uuidText(kid) } },
  );
}

function several(
  { keys }: CpixDocument,
  where: string,
  why: string,
): PackError {
  return new PackError(
    "input",
    `${where}: has ${keys.length} keys, and ${why}. Expected one key for all tracks: Smooth players know no more.`,
    { hint: "--kid UUID chooses one for all." },
  );
}
