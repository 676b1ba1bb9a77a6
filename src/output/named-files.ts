import { clientManifestOf, isPlainName } from "../smooth/server-manifest.js";
import {
  captionsFile,
  filesOfManifests,
  otherManifestsOf,
  playlistFile,
  sidecarsOf,
} from "../smooth/sidecars.js";
import { descendants, parseXml, type XmlElement } from "../util/xml.js";

/** The files that the text of an .ism, or of the .mpd of a CMAF set, names; none when it is neither. */
export function filesNamedIn(manifest: Uint8Array): string[] {
  try {
    const root = parseXml(manifest);
    if (root.name === "MPD") return filesOfSet(root);
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

/** Media, and what lies beside each of them: the .mpd of convert names no playlist, and no captions for HLS. */
function filesOfSet(root: XmlElement): string[] {
  const media = descendants(root, "BaseURL").flatMap(({ text }) => {
    const file = decodedName(text);
    return isPlainName(file) && /\.(mp4|vtt)$/i.test(file) ? [file] : [];
  });
  return media.flatMap((file) => {
    const captions = captionsFile(file.replace(TEXT, "_"));
    const own = [file, playlistFile(file)];
    return TEXT.test(file) ? [...own, captions, playlistFile(captions)] : own;
  });
}

/** `film_text_eng.mp4` stands beside `film_eng.vtt`. */
const TEXT = /_text_(?=[^_]+(?:_\d+)?\.mp4$)/i;

function decodedName(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return "";
  }
}
