import { pipeline } from "node:stream";
import { constants, createGzip } from "node:zlib";
import { ERRORS, sendError } from "./error-answers.js";
import { type Exchange, CORS, sendJson } from "./exchange.js";
import { NoFragment } from "./fragment-head.js";
import { PACKED, takesGzip, VARY } from "./gzip.js";
import { PackageProblem } from "./package.js";
import type { OriginParts } from "./settings.js";
import { detailOf } from "./summary.js";

/** `/api/packages`, and what is below it. */
const API = /^\/api\/packages(?:\/(.*)|\.ndjson)?$/s;

/** Is this a path of the API? */
export function isApi(path: string): boolean {
  return API.test(path);
}

/** Sends the list or one package, for the page and for scripts. */
export async function sendApi(
  exchange: Exchange,
  site: OriginParts,
  path: string,
): Promise<void> {
  if (path.endsWith(".ndjson")) return sendLines(exchange, site);
  const name = API.exec(path)?.[1] ?? "";
  return name === ""
    ? sendList(exchange, site)
    : sendDetail(exchange, site, name);
}

async function sendDetail(
  exchange: Exchange,
  site: OriginParts,
  path: string,
): Promise<void> {
  try {
    await trySendDetail(exchange, site, path);
  } catch (error) {
    if (!(error instanceof NoFragment)) throw error;
    site.catalogue.doubtIndex(path);
    await trySendDetail(exchange, site, path);
  }
}

async function trySendDetail(
  exchange: Exchange,
  { catalogue, files, pictures }: OriginParts,
  path: string,
): Promise<void> {
  const loaded = await catalogue.get(path);
  if (loaded === undefined) {
    await sendError(exchange, ERRORS.noPackage);
    return;
  }
  // One spelling of addresses, in any case: a cache keeps one copy.
  const name = loaded instanceof PackageProblem ? path : loaded.path;
  const detail = await detailOf(name, loaded, files);
  const hasPictures = await pictures.canMake();
  await sendJson(exchange, JSON.stringify({ ...detail, hasPictures }));
}

async function sendList(
  exchange: Exchange,
  { catalogue, version, pictures }: OriginParts,
): Promise<void> {
  const rows: string[] = [];
  for await (const row of (await catalogue.list()).rows) rows.push(row);
  const head = { version, hasPictures: await pictures.canMake() };
  const begin = JSON.stringify(head).slice(0, -1);
  await sendJson(exchange, `${begin},"packages":[${rows.join(",")}]}`);
}

/** A line for each package, sent as soon as the package is read. */
async function sendLines(exchange: Exchange, site: OriginParts): Promise<void> {
  const { response, request, isHead } = exchange;
  const isPacked = takesGzip(request.headers);
  response.writeHead(200, [
    ...["Content-Type", "application/x-ndjson; charset=utf-8"],
    ...["Cache-Control", "no-cache", "X-Content-Type-Options", "nosniff"],
    ...[...VARY, ...(isPacked ? PACKED : []), ...CORS],
  ]);
  if (!isHead) {
    const chunks = chunksOf(site);
    const stream = isPacked ? pipeline(chunks, packer(), ignore) : chunks;
    for await (const bytes of stream)
      await exchange.put(bytes as Buffer, false);
  }
  response.end();
}

/** Sends its input on at once. */
function packer() {
  return createGzip({ flush: constants.Z_SYNC_FLUSH });
}

/** The stream's reader gets the error. */
function ignore(): void {
  // Nothing is left to do.
}

/** Lines go out together, but no line waits for long. */
const CHUNK_CHARACTERS = 16 * 1024;
const LONGEST_WAIT_MS = 100;

async function* chunksOf({
  catalogue,
  version,
  pictures,
}: OriginParts): AsyncGenerator<Buffer> {
  // The search for ffmpeg takes as long as the one for packages.
  const [{ count, rows }, hasPictures] = await Promise.all([
    catalogue.list(),
    pictures.canMake(),
  ]);
  let text = `${JSON.stringify({ version, count, hasPictures })}\n`;
  let sentMs = -Infinity;
  for await (const row of rows) {
    text += `${row}\n`;
    const nowMs = performance.now();
    if (text.length < CHUNK_CHARACTERS && nowMs - sentMs < LONGEST_WAIT_MS)
      continue;
    yield Buffer.from(text);
    text = "";
    sentMs = nowMs;
  }
  if (text !== "") yield Buffer.from(text);
}
