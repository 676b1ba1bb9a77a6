import { randomBytes, randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PackError } from "../../errors.js";
import { contentKey, type ContentKey, type KeepKey } from "../content-key.js";
import { uuidText } from "../kid.js";
import { parseKid } from "./key-file.js";
import type { KeySurroundings } from "./options.js";
import { requireKeyFree } from "./secret-file.js";

/** A new random KID. */
export function newKid(): Uint8Array {
  const kid = parseKid(randomUUID());
  if (kid === undefined) throw new Error("randomUUID gives no UUID");
  return kid;
}

export interface NewKey {
  readonly contentKey: ContentKey;
  readonly keepKey: KeepKey;
}

/**
 * A new random key. It stays in memory until `keepKey` writes it: a key file from a run that is
 * refused, fails or is killed would block the next run.
 *
 * @param path a key file that does not exist yet
 * @throws PackError `exists` when the file exists, `usage` when it lies among the packages, `output` when it
 * cannot be written
 */
export async function generateKey(
  kid: Uint8Array,
  path: string,
  surroundings: KeySurroundings,
): Promise<NewKey> {
  await requireKeyFree("--keys-out", path, surroundings);
  await requireWritable(path);
  const bytes = randomBytes(16);
  const made = contentKey(kid, bytes);
  bytes.fill(0);
  return { contentKey: made, keepKey: keeperOf(made, path) };
}

/** The first of many packages with one key writes the key. */
function keeperOf({ kid, key }: ContentKey, path: string): KeepKey {
  let isKept = false;
  return async () => {
    if (isKept) return () => Promise.resolve();
    const line = `${uuidText(kid)}:${key.export().toString("hex")}\n`;
    await writeSecret(
      path,
      `# KID:KEY for --key-file. Keep it secret, and keep it.\n${line}`,
    );
    isKept = true;
    return async () => {
      await rm(path, { force: true });
      isKept = false;
    };
  };
}

/** This check comes before the work. */
async function requireWritable(path: string): Promise<void> {
  await writeSecret(path, "");
  await rm(path, { force: true });
}

/** Only the owner may read the file. It never replaces another file. */
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

/** A power cut can lose the file's name until its folder is on the disk too. Not all disks support that. */
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
