import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { LRUCache } from "lru-cache";
import {
  FileChanged,
  isUnchanged,
  type OpenFile,
  type ServedFile,
} from "./open-files.js";
import { readFully } from "./read-bytes.js";

/** Runs in another thread. */
export const packed = promisify<Uint8Array, Buffer>(gzip);

/** A shorter text fits into one packet without packing. */
const LEAST_BYTES = 1024;

/** A longer file is not held in memory: it is sent unpacked. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The manifests of some thousand films. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** Memory of the entry itself. */
const ENTRY_BYTES = 512;

/** Part of every reply that could be packed, so that a cache keeps both forms apart. RFC 9110 12.5.5 */
export const VARY: readonly string[] = ["Vary", "Accept-Encoding"];

/** Part of every packed reply. */
export const PACKED: readonly string[] = ["Content-Encoding", "gzip"];

const TEXTS =
  /^(text\/|application\/json\b|application\/(?:vnd\.ms-sstr|dash)\+xml|application\/vnd\.apple\.mpegurl|image\/svg)/;

/** Does gzip make content of this type smaller? Media files and JPEG are packed already. */
export function isText(contentType: string): boolean {
  return TEXTS.test(contentType);
}

/** Is packing worth the time? */
export function isWorthPacking(bytes: number): boolean {
  return bytes >= LEAST_BYTES && bytes <= MOST_BYTES;
}

/** Does a client take gzip, and not prefer the plain bytes? RFC 9110 12.5.3 */
export function takesGzip(headers: IncomingHttpHeaders): boolean {
  const list = headers["accept-encoding"];
  if (list === undefined) return false;
  const weights = new Map<string, number>();
  for (const item of list.split(",")) {
    const [name = "", ...parameters] = item.toLowerCase().split(";");
    weights.set(name.trim().replace("x-gzip", "gzip"), weightIn(parameters));
  }
  const gzip = weights.get("gzip") ?? weights.get("*") ?? 0;
  return gzip > 0 && gzip >= (weights.get("identity") ?? 0);
}

/** The weight: 1 without a number, 0 if it cannot be read. */
function weightIn(parameters: readonly string[]): number {
  if (parameters.length === 0) return 1;
  const [, weight] =
    /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/.exec(
      parameters.join(";"),
    ) ?? [];
  return Number(weight ?? 0);
}

/** Packed files, while there is room for them. */
export class PackedFiles {
  readonly #kept = new LRUCache<string, Buffer, UnpackedFile>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ length }) => ENTRY_BYTES + length,
    // A file that is evicted while it is packed is still waited for.
    ignoreFetchAbort: true,
    fetchMethod: async (_key, _stale, { context }) => pack(context),
  });

  /**
   * The packed bytes of a file. Requests that come during the packing wait for the same bytes.
   *
   * @throws FileChanged when the file has changed
   */
  async get(file: ServedFile, open: OpenFile): Promise<Buffer> {
    const key = `${file.identity} ${file.path}`;
    return this.#kept.forceFetch(key, { context: { file, open } });
  }
}

interface UnpackedFile {
  readonly file: ServedFile;
  readonly open: OpenFile;
}

async function pack({ file, open }: UnpackedFile): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(file.size);
  await readFully(open, bytes, file.size, 0);
  if (!isUnchanged(open, file)) throw new FileChanged(file.path);
  return packed(bytes);
}
