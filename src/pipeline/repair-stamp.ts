import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { throwIfAborted } from "../errors.js";
import { readStamp, STAMP_FORM, type Stamp } from "../output/stamp.js";
import { lookAtPackage } from "../repair/look-at-package.js";
import type { SeenPackage } from "../repair/seen.js";
import { kindAt } from "../smooth/package-files.js";
import { version } from "../util/install.js";

/** So that the stamp of another command is never that of a repair. */
const SETTINGS = createHash("sha256").update("repair").digest("hex");

/**
 * The stamp of a package that is made of another one: SHA-256 of the names and bytes of its manifests and media.
 *
 * @throws PackError `aborted`
 */
export async function stampOfPackage(
  ism: string,
  seen: Pick<SeenPackage, "clientManifest" | "files">,
  signal: AbortSignal | undefined,
): Promise<Stamp> {
  const hash = createHash("sha256");
  const names = seen.files.map(({ name }) => name);
  for (const name of [basename(ism), seen.clientManifest, ...names])
    await addFile(hash, join(dirname(ism), name), name, signal);
  const source = hash.digest("hex");
  const settings = SETTINGS;
  return { version: version(), form: STAMP_FORM, source, settings, lost: [] };
}

/** Is this package repaired of that one, as it is now? */
export async function isRepairOf(
  manifest: string,
  ism: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const stamp = await readStamp(manifest);
  if (stamp?.settings !== SETTINGS) return false;
  const seen = await lookAtPackage(ism);
  return (await stampOfPackage(ism, seen, signal)).source === stamp.source;
}

async function addFile(
  hash: Hash,
  path: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfAborted(signal);
  const kind = await kindAt(path);
  hash.update(`${kind} ${name}\0`);
  if (kind === "nothing") return;
  if (kind === "folder") {
    for (const inside of (await readdir(path)).sort())
      await addFile(hash, join(path, inside), `${name}/${inside}`, signal);
    return;
  }
  const own = createHash("sha256");
  // What cannot be read counts as nothing: the repair says why.
  try {
    for await (const part of createReadStream(path)) own.update(part as Buffer);
  } catch {
    throwIfAborted(signal);
  }
  hash.update(own.digest());
}
