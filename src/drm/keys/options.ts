import type { Readable } from "node:stream";
import { PackError } from "../../errors.js";
import {
  contentKey,
  keyError,
  type ContentKey,
  type KeepKey,
} from "../content-key.js";
import { uuidText } from "../kid.js";

/** The source of a presentation's key: exactly one. `-` is standard input. */
export interface KeyOptions {
  /** File of `KID:KEY` lines, or JSON. */
  readonly keyFile?: string | undefined;
  /** CPIX document. */
  readonly cpix?: string | undefined;
  /** Decrypts a CPIX document: PEM, RSA. */
  readonly cpixPrivateKey?: string | undefined;
  /** Key seed of a licence server in base64; the key is made from it and the KID. */
  readonly keySeedFile?: string | undefined;
  /** Chooses a key by its UUID. */
  readonly kid?: string | undefined;
  /** Use a new KID, for a key seed. */
  readonly generateKid?: boolean | undefined;
  /** Make a new key and KID, and write them to `keysOut`. */
  readonly generateKeys?: boolean | undefined;
  readonly keysOut?: string | undefined;
  /** Read key files that other users can read, too. */
  readonly insecureKeyFile?: boolean | undefined;
  /** Do not warn about keys that everybody knows. */
  readonly testKeys?: boolean | undefined;
}

/** The surroundings of reading a key. */
export interface KeySurroundings {
  /** Environment with `MSS_PACK_KEY` and `MSS_PACK_KEY_SEED`, such as `process.env`; without it there is none. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** The folder of the packages: no file with keys may lie there. */
  readonly output?: string | undefined;
  /** A folder where every file is taken for a film: no file with keys may lie there either. */
  readonly watched?: string | undefined;
  /** The stream for `-`, such as `process.stdin`; without it there is none. */
  readonly readStdin?: (() => Readable) | undefined;
  /** Stops waiting for a pipe or standard input. */
  readonly signal?: AbortSignal | undefined;
}

/** A key, and what its source gave with it. */
export interface LoadedKey {
  readonly contentKey: ContentKey;
  /** The inner text of ProtectionHeader, when the source has a header that fits. */
  readonly headerData?: string | undefined;
  /** Writes a new key to its file. */
  readonly keepKey?: KeepKey | undefined;
  /** Warnings for the user: sentences. */
  readonly notes: readonly string[];
}

/**
 * Bytes as a key.
 *
 * @param where the bytes come from, for messages
 * @throws PackError `input` when the bytes are easy to guess; the message leaves them out
 */
export function strongKey(
  kid: Uint8Array,
  bytes: Uint8Array,
  where: string,
): ContentKey {
  const error = keyError(kid, bytes);
  if (error === undefined) return contentKey(kid, bytes);
  throw new PackError(
    "input",
    `${where}: the key of ${uuidText(kid)} ${error}. Expected 16 random bytes and a KID of their own.`,
    {
      hint: "Anybody can try keys by the checksum that a package carries. --generate-keys --keys-out FILE makes a good one.",
      facts: { kid: uuidText(kid) },
    },
  );
}
