import { stat } from "node:fs/promises";
import { basename, dirname, extname, posix } from "node:path";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange, HeaderLines } from "./exchange.js";
import { isWorthPacking, PACKED, takesGzip, VARY } from "./gzip.js";
import { servedFile, type ServedFile } from "./open-files.js";
import { sendBody, sendPart } from "./send-part.js";
import type { OriginParts } from "./settings.js";

/** Sends the whole file, or the requested range. */
export async function sendFile(
  exchange: Exchange,
  { files, pool }: OriginParts,
  file: ServedFile,
  headers: HeaderLines,
): Promise<void> {
  const open = await files.take(file);
  try {
    const etag = `"${file.identity}"`;
    const part = { file, begin: 0, size: file.size, etag, headers };
    await sendPart(exchange, part, { open, pool });
  } finally {
    files.release(open);
  }
}

/**
 * Sends a text file, packed for clients that take gzip. Both forms have the same ETag, but the
 * packed form's is weak: a client with either form has this version of the file. Ranges and
 * `If-Match` need a strong one, so they get the plain bytes.
 */
export async function sendText(
  exchange: Exchange,
  site: OriginParts,
  file: ServedFile,
  headers: HeaderLines,
): Promise<void> {
  const lines = [...headers, ...VARY];
  const { headers: requestHeaders } = exchange.request;
  const isPacked =
    isWorthPacking(file.size) &&
    requestHeaders.range === undefined &&
    requestHeaders["if-match"] === undefined &&
    takesGzip(requestHeaders);
  if (!isPacked) return sendFile(exchange, site, file, lines);
  const open = await site.files.take(file);
  try {
    const bytes = await site.packed.get(file, open);
    const etag = `W/"${file.identity}"`;
    const part = { file, etag, headers: [...lines, ...PACKED] };
    await sendBody(exchange, part, bytes);
  } finally {
    site.files.release(open);
  }
}

/** A file as it is now; undefined when there is no such file. */
export async function fileAt(path: string): Promise<ServedFile | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? servedFile(path, stats) : undefined;
}

/** Files of packages by their names. */
const OURS = /\.(ism|ismc|ismv|isma|ismt)$/i;

const TYPES: Readonly<Record<string, string>> = {
  ".ismc": "application/vnd.ms-sstr+xml",
  ".ismv": "video/mp4",
  ".mp4": "video/mp4",
  ".isma": "audio/mp4",
  ".m4a": "audio/mp4",
};

/** Is this the path of a file that clients may fetch whole only with `allowDownload`? */
export function isDownload(
  path: string,
  { allowDownload }: OriginParts,
): boolean {
  return OURS.test(path) || (allowDownload && extname(path) in TYPES);
}

/**
 * Sends a media file or client manifest whole. Sends only files that a package names, and no other
 * file of its folder. Never sends an .ism, since it describes the origin.
 */
export async function sendDownload(
  exchange: Exchange,
  site: OriginParts,
  path: string,
): Promise<void> {
  const isHidden = !site.allowDownload || /\.ism$/i.test(path);
  if (isHidden) {
    return sendError(exchange, ERRORS.notWhole);
  }
  const folder = posix.dirname(path).slice(1);
  for (const loaded of await site.catalogue.inFolder(folder)) {
    const below = dirname(loaded.server.path);
    const own = loaded.manifest ? [loaded.manifest] : [];
    const file = [...own, ...loaded.media].find(
      (one) =>
        basename(one.path) === posix.basename(path) &&
        dirname(one.path) === below,
    );
    if (file === undefined) continue;
    exchange.facts = { package: loaded.path };
    const type = TYPES[extname(path).toLowerCase()] ?? "application/mp4";
    const lines = ["Content-Type", type, "Cache-Control", "no-cache"];
    return sendFile(exchange, site, file, lines);
  }
  await sendError(exchange, ERRORS.noFileOfPackage);
}
