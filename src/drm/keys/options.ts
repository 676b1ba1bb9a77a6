import type { Readable } from "node:stream";
import { PackError } from "../../errors.js";
import {
  contentKey,
  keyError,
  type ContentKey,
  type KeepKey,
} from "../content-key.js";
import { uuidText } from "../kid.js";

/** Where the key of a presentation comes from: exactly one source. `-` is standard input. */
export interface KeyOptions {
  /** File of `KID:KEY` lines, or JSON. */
  readonly keyFile?: string | undefined;
  /** CPIX document. */
  readonly cpix?: string | undefined;
  /** Opens an encrypted CPIX document: PEM, RSA. */
  readonly cpixPrivateKey?: string | undefined;
  /** Key seed of a licence server in base64; the key is made from it and the KID. */
  readonly keySeedFile?: string | undefined;
  /** Which key: a UUID. */
  readonly kid?: string | undefined;
  /** A new KID, for a key seed. */
  readonly generateKid?: boolean | undefined;
  /** A new key and KID, written to `keysOut`. */
  readonly generateKeys?: boolean | undefined;
  readonly keysOut?: string | undefined;
  /** Read files with keys that others can read, too. */
  readonly insecureKeyFile?: boolean | undefined;
  /** Say nothing of keys that everybody knows. */
  readonly testKeys?: boolean | undefined;
}

/** What surrounds the reading of keys. */
export interface KeySurroundings {
  /** Where `MSS_PACK_KEY` and `MSS_PACK_KEY_SEED` are looked up, such as `process.env`; left out: nowhere. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Where packages are written: no file with keys may lie there. */
  readonly output?: string | undefined;
  /** Whatever is put there is taken for a film: no file with keys may lie there either. */
  readonly watched?: string | undefined;
  /** What `-` stands for, such as `process.stdin`; left out: nothing. */
  readonly readStdin?: (() => Readable) | undefined;
  /** Ends the waiting for a pipe, or standard input. */
  readonly signal?: AbortSignal | undefined;
}

/** A key, and what came with it. */
export interface LoadedKey {
  readonly contentKey: ContentKey;
  /** The inner text of ProtectionHeader, where the source brought one that fits. */
  readonly headerData?: string | undefined;
  /** Of a new key: writes it down. */
  readonly keepKey?: KeepKey | undefined;
  /** What a user should know of it: sentences. */
  readonly notes: readonly string[];
}

/**
 * Bytes as a key.
 *
 * @param where they come from, for messages
 * @throws PackError `input` when somebody could guess them; their bytes are not in the message
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
