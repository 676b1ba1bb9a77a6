import { lstat } from "node:fs/promises";
import { messageOf, PackError } from "../../errors.js";
import { encodingOf } from "../../smooth/encoding.js";
import { requireKeyFree } from "./key-free.js";
import { looksLikeKey } from "./key-like.js";
import type { KeyOptions, KeySurroundings } from "./options.js";
import { openFile, readFew } from "./read-few.js";

/** A file that may hold a secret, read. */
export interface SecretFile {
  readonly bytes: Buffer;
  /** What messages call it. */
  readonly where: string;
  /** @throws PackError `input` when others on this machine can read it, unless that was allowed */
  requirePrivate(): void;
}

/** A CPIX document with a signature has some 20 kilobytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads a file that may hold a secret; `-` is standard input.
 *
 * @param option names it in messages
 * @throws PackError `usage` when it lies among the packages, or a key stands in the place of its name; `input` when it
 * cannot be read or is too large, `aborted` while a pipe is waited for
 */
export async function readSecret(
  option: string,
  path: string,
  { insecureKeyFile = false }: KeyOptions,
  surroundings: KeySurroundings,
): Promise<SecretFile> {
  const { readStdin, signal } = surroundings;
  if (path === "-") {
    if (readStdin === undefined)
      throw new PackError("usage", `${option} is -. Expected a file.`);
    const where = `${option} -`;
    const bytes = await readFew(readStdin(), MOST_BYTES, signal);
    const requirePrivate = () => undefined;
    return { bytes: requireFew(bytes, where), where, requirePrivate };
  }
  await refuseKey(option, path);
  await requireKeyFree(option, path, surroundings);
  const { bytes, mode } = await readFile(option, path, signal);
  return {
    ...{ bytes: requireFew(bytes, path), where: path },
    requirePrivate: () => {
      if (!insecureKeyFile) requirePrivate(path, mode);
    },
  };
}

/** The text of a file; Windows PowerShell writes UTF-16. */
export function textOf({ bytes }: SecretFile): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** What is no file and might be a key is not said again, by nobody. */
async function refuseKey(option: string, path: string): Promise<void> {
  if (!looksLikeKey(path)) return;
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  throw new PackError(
    "usage",
    `${option}: no such file, and what is given looks like a key, so it is not said again. Expected the name of a file that holds it.`,
    {
      hint: "Everybody on this machine can read a command line, and it stays in the shell's history: take another key.",
      facts: { option },
    },
  );
}

async function readFile(
  option: string,
  path: string,
  signal: AbortSignal | undefined,
) {
  try {
    const { content, mode } = await openFile(path);
    return { bytes: await readFew(content, MOST_BYTES, signal), mode };
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw new PackError(
      "input",
      `${option} ${path}: cannot be read (${messageOf(cause)}).`,
      { cause, facts: { file: path } },
    );
  }
}

function requireFew(bytes: Buffer | undefined, where: string): Buffer {
  if (bytes !== undefined) return bytes;
  throw new PackError(
    "input",
    `${where}: has more than ${MOST_BYTES} bytes. Expected a key, or a few.`,
  );
}

/** Any right of the group or of all others. Windows has other rights, which Node does not tell. */
const OTHERS = 0o077;

function requirePrivate(path: string, mode: number): void {
  if (process.platform === "win32" || (mode & OTHERS) === 0) return;
  const rights = (mode & 0o777).toString(8).padStart(4, "0");
  throw new PackError(
    "input",
    `${path}: holds a key and is open to others (mode ${rights}). Expected 0600.`,
    {
      hint: `chmod 600 ${path} closes it; --insecure-key-file reads it as it is.`,
      facts: { file: path },
    },
  );
}
