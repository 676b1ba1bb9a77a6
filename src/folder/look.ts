import { access } from "node:fs/promises";
import { errnoOf } from "../errors.js";
import { readBytes } from "../smooth/manifest-bytes.js";
import { clientManifestOf, isPlainName } from "../smooth/server-manifest.js";
import { descendants, parseXml } from "../smooth/xml-reader.js";

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * The files of a package that its .ism names, so far as they lie beside it; none
 * when it is missing, not for us to read, or no manifest.
 *
 * @throws what a failing disk says: it does not tell what the .ism names
 */
export async function filesOf(manifest: string): Promise<string[]> {
  try {
    const root = parseXml(await readBytes(manifest));
    const media = descendants(root, "video", "audio", "textstream").map(
      (track) => track.attributes.get("src") ?? "",
    );
    return [...media, clientManifestOf(root) ?? ""].filter(
      (name) => isPlainName(name) && /\.ism[avtc]$/i.test(name),
    );
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== undefined && !UNREADABLE.includes(errno)) throw error;
    return [];
  }
}

const UNREADABLE = ["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EPERM"];
