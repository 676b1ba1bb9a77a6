import { clientManifestOf, isPlainName } from "../smooth/server-manifest.js";
import {
  filesOfManifests,
  otherManifestsOf,
  sidecarsOf,
} from "../smooth/sidecars.js";
import { descendants, parseXml } from "../util/xml.js";

/** The files that the text of an .ism names; none when it is no manifest. */
export function filesNamedIn(manifest: Uint8Array): string[] {
  try {
    const root = parseXml(manifest);
    const media = descendants(root, "video", "audio", "textstream").map(
      (track) => track.attributes.get("src") ?? "",
    );
    const named = [...media, clientManifestOf(root) ?? ""].filter(
      (name) => isPlainName(name) && /\.ism[avtc]$/i.test(name),
    );
    const adaptive = filesOfManifests(otherManifestsOf(root), media);
    return [...named, ...sidecarsOf(root), ...adaptive.filter(isPlainName)];
  } catch {
    return [];
  }
}
