import type { Readable } from "node:stream";

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
