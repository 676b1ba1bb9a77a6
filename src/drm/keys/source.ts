import { PackError } from "../../errors.js";
import { SECRET_VARIABLES, looksLikeKey } from "../../util/secrets.js";
import type { KeyOptions, KeySurroundings } from "./options.js";

/** Sources of a key, by the names of their options. */
export type KeySource =
  | {
      readonly name: "--key-file" | "--cpix" | "--key-seed-file";
      readonly file: string;
    }
  | {
      readonly name: (typeof SECRET_VARIABLES)["key" | "seed"];
      readonly text: string;
    }
  | { readonly name: "--generate-keys"; readonly file: string };

/**
 * The one source that the options name.
 *
 * @throws PackError `usage` naming both when there are two sources, or when an option does not go with the source
 */
export function chooseSource(
  options: KeyOptions,
  { environment = {} }: KeySurroundings,
): KeySource {
  refuseSharedStdin(options);
  const [first, second] = sourcesOf(options, environment);
  if (first === undefined) throw noSource();
  if (second !== undefined) throw twoSources(first.name, second.name);
  requireCompanions(options, first.name);
  return first;
}

function sourcesOf(
  options: KeyOptions,
  environment: NodeJS.ProcessEnv,
): KeySource[] {
  const { keyFile, cpix, keySeedFile, generateKeys, keysOut = "" } = options;
  const key = environment[SECRET_VARIABLES.key];
  const seed = environment[SECRET_VARIABLES.seed];
  return [
    ...(keyFile === undefined
      ? []
      : [{ name: "--key-file", file: keyFile } as const]),
    ...(cpix === undefined ? [] : [{ name: "--cpix", file: cpix } as const]),
    ...(keySeedFile === undefined
      ? []
      : [{ name: "--key-seed-file", file: keySeedFile } as const]),
    ...(generateKeys
      ? [{ name: "--generate-keys", file: keysOut } as const]
      : []),
    ...(key === undefined ? [] : [{ name: SECRET_VARIABLES.key, text: key }]),
    ...(seed === undefined
      ? []
      : [{ name: SECRET_VARIABLES.seed, text: seed }]),
  ];
}

/** Standard input can be read once. */
function refuseSharedStdin(options: KeyOptions): void {
  const [first, second] = stdinOptions(options);
  if (first === undefined || second === undefined) return;
  throw new PackError(
    "usage",
    `${first} and ${second} are both read from standard input. Expected one of them.`,
    { facts: { options: [first, second] } },
  );
}

/** Names of the options that are read from standard input. */
export function stdinOptions(options: KeyOptions): string[] {
  return keyFilesOf(options).flatMap(([name, file]) =>
    file === "-" ? [name] : [],
  );
}

/** The files with secrets, each with its option. */
export function keyFilesOf({
  keyFile,
  cpix,
  cpixPrivateKey,
  keySeedFile,
}: KeyOptions): [option: string, path: string][] {
  const files = {
    "--key-file": keyFile,
    "--cpix": cpix,
    "--cpix-private-key": cpixPrivateKey,
    "--key-seed-file": keySeedFile,
  };
  return Object.entries(files).flatMap(([name, file]) =>
    file === undefined ? [] : [[name, file]],
  );
}

function noSource(): PackError {
  return new PackError(
    "usage",
    "No key is given. Expected --key-file, --cpix, --key-seed-file, --generate-keys, MSS_PACK_KEY or MSS_PACK_KEY_SEED.",
    {
      hint: "--generate-keys --keys-out film.keys makes a new one and writes it down.",
    },
  );
}

function twoSources(one: string, other: string): PackError {
  return new PackError(
    "usage",
    `${one} and ${other} are both given. Expected one source of keys.`,
    { facts: { options: [one, other] } },
  );
}

/** An option that needs one of `with` beside it, and none of `not`. */
interface KeyOptionRule {
  readonly name: string;
  readonly isGiven: boolean;
  readonly with?: readonly string[];
  readonly not?: readonly string[];
}

const SEEDS: readonly string[] = ["--key-seed-file", SECRET_VARIABLES.seed];

/**
 * @param source name of the option of the source
 * @throws PackError `usage` for an option that has no meaning beside the source, or needs another option
 */
function requireCompanions(options: KeyOptions, source: string): void {
  const { cpixPrivateKey, keysOut, kid, generateKid = false } = options;
  const rules: KeyOptionRule[] = [
    {
      name: "--cpix-private-key",
      isGiven: cpixPrivateKey !== undefined,
      with: ["--cpix"],
    },
    {
      name: "--keys-out",
      isGiven: keysOut !== undefined,
      with: ["--generate-keys"],
    },
    { name: "--generate-kid", isGiven: generateKid, with: SEEDS },
  ];
  for (const { name, isGiven, with: partners = [] } of rules) {
    if (!isGiven || partners.includes(source)) continue;
    throw new PackError(
      "usage",
      `${name} is given, and the key comes from ${source}. Expected it beside ${partners.join(" or ")} only.`,
      { facts: { options: [name, source] } },
    );
  }
  if (kid !== undefined && generateKid) {
    throw new PackError(
      "usage",
      "--kid and --generate-kid are both given. Expected one of them.",
      { facts: { options: ["--kid", "--generate-kid"] } },
    );
  }
  if (options.generateKeys && keysOut === undefined) {
    throw new PackError(
      "usage",
      "--generate-keys is given without --keys-out. Expected a file to write the new key to: without that key, no player could ever play the package.",
    );
  }
  requireFileName(keysOut);
  if (kid !== undefined || generateKid) return;
  if (SEEDS.includes(source))
    throw noKid(source, "--kid UUID or --generate-kid");
  if (source === SECRET_VARIABLES.key) throw noKid(source, "--kid UUID");
}

/** A file with a key as its name would show the key to every reader of the folder. */
function requireFileName(keysOut: string | undefined): void {
  if (keysOut === undefined) return;
  const expected = "Expected the name of a new file, such as film.keys.";
  if (keysOut === "-" || keysOut === "")
    throw new PackError("usage", `--keys-out is "${keysOut}". ${expected}`);
  if (looksLikeKey(keysOut))
    throw new PackError(
      "usage",
      `--keys-out looks like a key, so it is not said again. ${expected}`,
    );
}

function noKid(source: string, expected: string): PackError {
  return new PackError(
    "usage",
    `${source} is given without a KID. Expected ${expected}.`,
  );
}
