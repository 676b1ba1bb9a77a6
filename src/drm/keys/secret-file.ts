import { open, type FileHandle } from "node:fs/promises";
import { messageOf, PackError } from "../../errors.js";
import { liesIn } from "../../places.js";
import type { KeyOptions, KeySurroundings } from "./options.js";

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
 * @throws PackError `usage` when it lies among the packages, `input` when it cannot be read or is too large
 */
export async function readSecret(
  option: string,
  path: string,
  { insecureKeyFile = false }: KeyOptions,
  { output, readStdin }: KeySurroundings,
): Promise<SecretFile> {
  if (path === "-") {
    const where = `${option} -`;
    const bytes = await readStdin();
    requireSize(bytes.length, where);
    return { bytes, where, requirePrivate: () => undefined };
  }
  await requireOutside(option, path, output);
  const { bytes, mode } = await readFile(option, path);
  return {
    ...{ bytes, where: path },
    requirePrivate: () => {
      if (!insecureKeyFile) requirePrivate(path, mode);
    },
  };
}

async function readFile(option: string, path: string) {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error("it is a folder");
    requireSize(stats.size, path);
    const bytes = await file.readFile(); // a pipe has no size
    requireSize(bytes.length, path);
    return { bytes, mode: stats.mode };
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw new PackError(
      "input",
      `${option} ${path}: cannot be read (${messageOf(cause)}).`,
      { cause, facts: { file: path } },
    );
  } finally {
    await file?.close();
  }
}

function requireSize(bytes: number, where: string): void {
  if (bytes <= MOST_BYTES) return;
  throw new PackError(
    "input",
    `${where}: has ${bytes} bytes. Expected at most ${MOST_BYTES}.`,
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

/**
 * What lies among the packages is served to everybody.
 *
 * @throws PackError `usage`
 */
export async function requireOutside(
  option: string,
  path: string,
  output: string | undefined,
): Promise<void> {
  if (output === undefined || !(await liesIn(path, output))) return;
  throw new PackError(
    "usage",
    `${option} ${path}: lies in the output folder ${output}, which is there to be served. Expected another place.`,
    { facts: { option, file: path } },
  );
}
