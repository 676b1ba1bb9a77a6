import { PackError } from "../../../errors.js";
import { uuidText } from "../../kid.js";
import type { CpixDocument, CpixKey } from "./document.js";

/**
 * The one key of a document for a presentation: the key of `--kid`, or the one that the rules
 * give to every picture and sound track, or the only key of a document without rules. Smooth
 * players use one KID for all tracks.
 *
 * @param requestedKid of `--kid`
 * @throws PackError `input` when there is no such key, more than one, or keys change with time
 */
export function chooseKey(
  document: CpixDocument,
  requestedKid: Uint8Array | undefined,
  where: string,
): CpixKey {
  const { keys, rules } = document;
  if (rules.some(({ hasPeriods }) => hasPeriods)) throw changing(where);
  if (requestedKid !== undefined) return keyOf(document, requestedKid, where);
  const [first] = keys;
  const [rule] = rules;
  if (rule === undefined) {
    if (first !== undefined && keys.length === 1) return first;
    throw notForAll(document, where, "no rule says which is for what");
  }
  if (new Set(rules.map(({ kid }) => uuidText(kid))).size > 1)
    throw notForAll(document, where, "its rules give tracks different ones");
  const isForAll =
    rules.some(({ forVideo }) => forVideo) &&
    rules.some(({ forAudio }) => forAudio);
  if (!isForAll)
    throw notForAll(document, where, "its rules leave some tracks without one");
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
  const kids = keys.map((candidate) => uuidText(candidate.kid));
  throw new PackError(
    "input",
    `${where}: has no key of the KID ${uuidText(kid)}. Found: ${kids.slice(0, 5).join(", ")}.`,
    { facts: { kid: uuidText(kid) } },
  );
}

function notForAll(
  { keys }: CpixDocument,
  where: string,
  why: string,
): PackError {
  const count = keys.length === 1 ? "1 key" : `${keys.length} keys`;
  return new PackError(
    "input",
    `${where}: has ${count}, and ${why}. Expected one key for all tracks: Smooth players know no more.`,
    { hint: "--kid UUID chooses one for all." },
  );
}

/** `--kid` does not help here: each of these keys is for only a part of the presentation. */
function changing(where: string): PackError {
  return new PackError(
    "input",
    `${where}: its keys change with time (KeyPeriodFilter). Expected one key from the beginning to the end: Smooth players know no more.`,
  );
}
