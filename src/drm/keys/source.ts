import { PackError } from "../../errors.js";
import { SECRET_VARIABLES } from "../../secret-environment.js";
import { requireCompanions } from "./companions.js";
import type { KeyOptions, KeySurroundings } from "./options.js";

/** Where a key comes from. The names are those that a user gives. */
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
 * The one source that was given.
 *
 * @throws PackError `usage` naming both when there are two, or when something is said that does not go with it
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

/** It can be read once. */
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

/** The files that hold secrets, each with the option that names it. */
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
