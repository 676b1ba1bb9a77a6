import { PackError } from "../../errors.js";
import { SECRET_VARIABLES } from "../../util/secrets.js";
import { keyOfSeed, parseSeed, isPublicKey } from "../key-seed.js";
import { uuidText } from "../kid.js";
import { loadCpix } from "./cpix/load-cpix.js";
import { generateKey, newKid } from "./generate.js";
import {
  parseKeyFile,
  type FoundKey,
  keyFound,
  KEY_EXPECTED,
  parseKey,
  parseKid,
} from "./key-file.js";
import {
  strongKey,
  type LoadedKey,
  type KeyOptions,
  type KeySurroundings,
} from "./options.js";
import { readSecret, secretText } from "./secret-file.js";
import { chooseSource, type KeySource } from "./source.js";

/**
 * The key of a presentation, from its one source. A new key is in no file until `keepKey`
 * writes it.
 *
 * @throws PackError `usage` for options that do not go together, `input` for files and keys that cannot be used,
 * `exists` or `output` for a new key that cannot be written. No message holds a key
 */
export async function loadKey(
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<LoadedKey & { readonly warnings: readonly string[] }> {
  const source = chooseSource(options, surroundings);
  const kid = wantedKid(options);
  const loaded = await load(source, kid, options, surroundings);
  const isPublic = !options.testKeys && isPublicKey(loaded.contentKey);
  return { ...loaded, warnings: isPublic ? [PUBLIC] : [] };
}

const NEW_KEY =
  "this key is new: it is written to --keys-out when the package is complete";

const PUBLIC =
  "this key comes from the key seed of Microsoft's test servers, which is public: everybody can decrypt the package. --test-keys says that this is meant";

/**
 * @throws PackError `usage` for a wrong `--kid`, such as digits without dashes. The message does
 * not quote it, for it may be a key in the wrong place.
 */
export function wantedKid({ kid }: KeyOptions): Uint8Array | undefined {
  if (kid === undefined) return undefined;
  const bytes = kid.includes("-") ? parseKid(kid) : undefined;
  if (bytes === undefined) {
    throw new PackError(
      "usage",
      `--kid has ${keyFound(kid)}. Expected a UUID with its dashes, such as 01020304-0506-0708-090a-aabbccddeeff.`,
      {
        hint: "32 digits without dashes may be a key, and a KID is told to everybody.",
      },
    );
  }
  if (bytes.some((byte) => byte !== 0)) return bytes;
  throw new PackError(
    "usage",
    "--kid is all zeros, which means no key. Expected the number of a key.",
  );
}

async function load(
  source: KeySource,
  kid: Uint8Array | undefined,
  options: KeyOptions,
  surroundings: KeySurroundings,
): Promise<LoadedKey> {
  const read = (file: string) =>
    readSecret(source.name, file, options, surroundings);
  switch (source.name) {
    case "--key-file": {
      const file = await read(source.file);
      file.requirePrivate();
      const keys = parseKeyFile(secretText(file), file.where);
      return fromList(keys, kid, file.where);
    }
    case "--cpix":
      return loadCpix(await read(source.file), kid, options, surroundings);
    case "--key-seed-file": {
      const file = await read(source.file);
      file.requirePrivate();
      return fromSeed(secretText(file), kid, file.where);
    }
    case "--generate-keys": {
      const own = kid ?? newKid();
      const made = await generateKey(own, source.file, surroundings);
      return { ...made, notes: [NEW_KEY] };
    }
    case SECRET_VARIABLES.key:
      return fromVariable(source.text, kid ?? newKid());
    case SECRET_VARIABLES.seed:
      return fromSeed(source.text, kid, source.name);
  }
}

/** The only key of a file, or the key of `--kid`. */
function fromList(
  keys: readonly FoundKey[],
  requestedKid: Uint8Array | undefined,
  where: string,
): LoadedKey {
  const [first] = keys;
  const isWanted = ({ kid }: FoundKey) =>
    requestedKid !== undefined && uuidText(kid) === uuidText(requestedKid);
  const key = requestedKid === undefined ? first : keys.find(isWanted);
  if (key === undefined || (requestedKid === undefined && keys.length > 1)) {
    const kids = keys
      .map(({ kid }) => uuidText(kid))
      .slice(0, 5)
      .join(", ");
    throw new PackError(
      "input",
      requestedKid === undefined
        ? `${where}: has ${keys.length} keys. Expected one, or --kid UUID to choose: ${kids}.`
        : `${where}: has no key of the KID ${uuidText(requestedKid)}. Found: ${kids}.`,
    );
  }
  return { contentKey: strongKey(key.kid, key.bytes, where), notes: [] };
}

function fromVariable(text: string, kid: Uint8Array): LoadedKey {
  const bytes = parseKey(text);
  if (bytes === undefined) {
    throw new PackError(
      "usage",
      `${SECRET_VARIABLES.key} has ${keyFound(text)}. Expected ${KEY_EXPECTED}.`,
    );
  }
  return { contentKey: strongKey(kid, bytes, SECRET_VARIABLES.key), notes: [] };
}

/** With a seed, only the KID must be kept: the seed and the KID give the key again. */
function fromSeed(
  text: string,
  kid: Uint8Array | undefined,
  where: string,
): LoadedKey {
  const seed = parseSeed(text, where);
  const own = kid ?? newKid();
  return { contentKey: strongKey(own, keyOfSeed(seed, own), where), notes: [] };
}
