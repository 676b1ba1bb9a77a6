import { randomBytes, randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PackError } from "../../errors.js";
import { contentKey, type ContentKey } from "../content-key.js";
import { uuidText } from "../kid.js";
import { parseKid } from "./key-text.js";
import { requireKeyFree } from "./key-free.js";
import type { KeySurroundings } from "./options.js";

/** A KID that nobody else has. */
export function newKid(): Uint8Array {
  const kid = parseKid(randomUUID());
  if (kid === undefined) throw new Error("randomUUID gives no UUID");
  return kid;
}

/**
 * A new random key. It is on the disk before this returns: what is encrypted with a
 * key that is then lost is lost, too.
 *
 * @param path a key file that is not there yet
 * @throws PackError `exists` when it is, `usage` when it lies among the packages, `output` when it cannot be written
 */
export async function generateKey(
  kid: Uint8Array,
  path: string,
  surroundings: KeySurroundings,
): Promise<ContentKey> {
  await requireKeyFree("--keys-out", path, surroundings);
  const bytes = randomBytes(16);
  try {
    const made = contentKey(kid, bytes);
    const line = `${uuidText(kid)}:${bytes.toString("hex")}\n`;
    await writeSecret(
      path,
      `# KID:KEY for --key-file. Keep it secret, and keep it.\n${line}`,
    );
    return made;
  } finally {
    bytes.fill(0);
  }
}

/** Only for us to read; never over another file. */
async function writeSecret(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600).catch((cause: unknown) => {
    throw refused(path, cause);
  });
  try {
    await file.writeFile(text);
    await file.sync();
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(path, { force: true });
    throw refused(path, cause);
  } finally {
    await file.close();
  }
}

/** The file's name is safe from a power cut when its folder is on the disk, too. Not all disks can say. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function refused(path: string, cause: unknown): PackError {
  if ((cause as NodeJS.ErrnoException).code === "EEXIST") {
    return new PackError("exists", `--keys-out ${path}: exists already.`, {
      hint: `--key-file ${path} uses the keys in it; new ones need another file.`,
      facts: { file: path },
    });
  }
  return new PackError(
    "output",
    `--keys-out ${path}: cannot be written (${messageOf(cause)}).`,
    { cause, facts: { file: path } },
  );
}
