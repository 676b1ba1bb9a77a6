import { PackError } from "../../errors.js";
import { SECRET_VARIABLES } from "../../secret-environment.js";
import { looksLikeKey } from "./key-like.js";
import type { KeyOptions } from "./options.js";

/** An option that says something only beside others: one of `with`, never one of `not`. */
interface Companion {
  readonly name: string;
  readonly isGiven: boolean;
  readonly with?: readonly string[];
  readonly not?: readonly string[];
}

const SEEDS: readonly string[] = ["--key-seed-file", SECRET_VARIABLES.seed];

/**
 * @param source name of the one that was given
 * @throws PackError `usage` for an option that says nothing beside it, or misses another
 */
export function requireCompanions(options: KeyOptions, source: string): void {
  const { cpixPrivateKey, keysOut, kid, generateKid = false } = options;
  const rules: Companion[] = [
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
      "--generate-keys is given without --keys-out. Expected a file to write the new key to: without it, nobody could ever play the package.",
    );
  }
  requireFileName(keysOut);
  if (kid !== undefined || generateKid) return;
  if (SEEDS.includes(source))
    throw noKid(source, "--kid UUID or --generate-kid");
  if (source === SECRET_VARIABLES.key) throw noKid(source, "--kid UUID");
}

/** A file that is called like a key would tell it to whoever lists the folder. */
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
