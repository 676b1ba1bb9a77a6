import { basename, dirname, extname, posix } from "node:path";
import type { Exchange } from "./exchange.js";
import { sendSentence } from "./reply.js";
import { sendFile } from "./send-file.js";
import type { Site } from "./settings.js";

/** Files of packages by their names. */
const OURS = /\.(ism|ismc|ismv|isma|ismt)$/i;

const TYPES: Readonly<Record<string, string>> = {
  ".ismc": "application/vnd.ms-sstr+xml",
  ".ismv": "video/mp4",
  ".mp4": "video/mp4",
  ".isma": "audio/mp4",
  ".m4a": "audio/mp4",
};

/** Is this a path of a file, which may be fetched whole only when that is allowed? */
export function isDownload(path: string, { allowDownload }: Site): boolean {
  return OURS.test(path) || (allowDownload && extname(path) in TYPES);
}

/**
 * Sends a media file or client manifest whole. Only what a package names is
 * sent, nothing else that lies in its folder; an .ism never, since it tells of
 * the origin.
 */
export async function sendDownload(
  exchange: Exchange,
  site: Site,
  path: string,
): Promise<void> {
  const isHidden = !site.allowDownload || /\.ism$/i.test(path);
  if (isHidden) {
    const sentence =
      "Files are not served whole here; players ask for NAME.ism/Manifest.";
    return sendSentence(exchange, 403, sentence);
  }
  const folder = posix.dirname(path).slice(1);
  for (const known of await site.catalogue.inFolder(folder)) {
    const below = dirname(known.manifest.path);
    const file = [known.manifest, ...known.media].find(
      (one) =>
        basename(one.path) === posix.basename(path) &&
        dirname(one.path) === below,
    );
    if (file === undefined) continue;
    exchange.facts = { package: known.path };
    const type = TYPES[extname(path).toLowerCase()] ?? "application/mp4";
    const lines = ["Content-Type", type, "Cache-Control", "no-cache"];
    return sendFile(exchange, site, file, lines);
  }
  await sendSentence(exchange, 404, "No package has a file of this name.");
}
