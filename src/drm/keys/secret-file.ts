import {
  close,
  constants,
  createReadStream,
  fstat,
  open,
  type Stats,
} from "node:fs";
import { Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import { promisify } from "node:util";
import { messageOf, PackError, throwIfAborted } from "../../errors.js";
import { isTaken } from "../../util/files.js";
import { liesIn } from "../../util/paths.js";
import { encodingOf } from "../../util/xml.js";
import { looksLikeKey } from "../../util/secrets.js";
import type { KeyOptions, KeySurroundings } from "./options.js";

/** The contents of a file that may hold a secret. */
export interface SecretFile {
  readonly bytes: Buffer;
  /** The file's name in messages. */
  readonly where: string;
  /** @throws PackError `input` when other users of this machine can read the file, unless the options allow that */
  requirePrivate(): void;
}

/** A CPIX document with a signature has about 20 kilobytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads a file that may hold a secret; `-` is standard input.
 *
 * @param option its name in messages
 * @throws PackError `usage` when the file lies among the packages, or a key stands in the place of its name;
 * `input` when it cannot be read or is too large; `aborted` while it waits for a pipe
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
export function secretText({ bytes }: SecretFile): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** A name that leads to no file and might be a key must stay out of the message. */
async function refuseKey(option: string, path: string): Promise<void> {
  if (!looksLikeKey(path)) return;
  if (await isTaken(path)) return;
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

/** Any right of the group or of other users. Windows has other rights, which Node does not show. */
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

/** An open file. */
interface OpenFile {
  readonly content: Readable;
  /** Its rights, read from the open file: no other file can take its place in between. */
  readonly mode: number;
}

/**
 * Opens a file or a pipe. It does not wait for a pipe's writer in one of Node's threads, where
 * no signal could end the wait.
 *
 * @throws Error for folders and devices, which may have no end, and the errors of Node's open
 */
async function openFile(path: string): Promise<OpenFile> {
  const fd = await promisify(open)(path, constants.O_RDONLY | NOT_WAITING);
  const stats = await promisify(fstat)(fd);
  const kind = refusedKind(stats);
  if (kind !== undefined) {
    await promisify(close)(fd);
    throw new Error(`it is a ${kind}`);
  }
  const content = stats.isFIFO()
    ? new Socket({ fd, readable: true, writable: false })
    : createReadStream(path, { fd });
  return { content, mode: stats.mode };
}

/** Windows has no such flag, and no pipes among its files. */
const NOT_WAITING = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

function refusedKind(stats: Stats): string | undefined {
  if (stats.isDirectory()) return "folder";
  return stats.isFile() || stats.isFIFO() ? undefined : "device";
}

/**
 * Reads everything, up to a limit, then stops.
 *
 * @returns undefined when there are more bytes than `most`
 * @throws PackError `aborted`, and the errors of the source
 */
async function readFew(
  source: Readable,
  most: number,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  if (signal !== undefined) addAbortSignal(signal, source);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of source as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size > most) return undefined;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
  return Buffer.concat(parts);
}

/**
 * A server gives out every file among the packages, and a watched folder takes every file for a
 * film. A link counts as its file.
 *
 * @throws PackError `usage`
 */
export async function requireKeyFree(
  option: string,
  path: string,
  { output, watched }: KeySurroundings,
): Promise<void> {
  const folders = [
    {
      folder: output,
      why: `the output folder ${output}, which is there to be served`,
    },
    {
      folder: watched,
      why: `the watched folder ${watched}, whose files are taken for films`,
    },
  ];
  for (const { folder, why } of folders) {
    if (folder === undefined || !(await liesIn(path, folder))) continue;
    throw new PackError(
      "usage",
      `${option} ${path}: lies in ${why}. Expected another place.`,
      { facts: { option, file: path } },
    );
  }
}
