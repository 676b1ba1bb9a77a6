import { access } from "node:fs/promises";
import { readBytes } from "../verify/manifest-file.js";
import { isPlainName } from "../verify/server-manifest.js";
import { descendants, parseXml } from "../verify/xml-reader.js";

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The media files that a manifest names, as far as it can be read and they lie beside it. */
export async function mediaOf(manifest: string): Promise<string[]> {
  try {
    const root = parseXml(await readBytes(manifest));
    const names = descendants(root, "video", "audio").map(
      (track) => track.attributes.get("src") ?? "",
    );
    return names.filter(
      (name) => isPlainName(name) && /\.ism[av]$/i.test(name),
    );
  } catch {
    return [];
  }
}
