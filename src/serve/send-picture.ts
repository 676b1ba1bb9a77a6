import { ERRORS, sendError } from "./error-answers.js";
import { ClientGone, type Exchange } from "./exchange.js";
import type { LoadedPackage } from "./package.js";
import { keyOf, posterOf, thumbnailOf, type Still } from "./pictures.js";
import { sendBody } from "./send-part.js";
import type { OriginParts } from "./settings.js";
import { Busy } from "./task-pool.js";

/** A replaced film has new stills, and their ETags differ. */
const HEADERS = [
  ...["Content-Type", "image/jpeg"],
  ...["Cache-Control", "public, max-age=300"],
];

/** Sends `poster.jpg`, or `thumbnail.jpg?t=TICKS`. */
export async function sendPicture(
  exchange: Exchange,
  site: OriginParts,
  loaded: LoadedPackage,
  name: string,
  query: string,
): Promise<void> {
  if (loaded.protection !== undefined)
    return sendError(exchange, ERRORS.protectedPicture);
  const isPoster = /^poster/i.test(name);
  const ticks = isPoster ? 0 : ticksIn(query);
  if (ticks === undefined) return sendError(exchange, ERRORS.noThumbnailTime);
  const still = isPoster ? posterOf(loaded) : thumbnailOf(loaded, ticks);
  if (still === undefined) return sendError(exchange, ERRORS.noPictures);
  await sendStill(exchange, site, still);
}

async function sendStill(
  exchange: Exchange,
  { pictures }: OriginParts,
  still: Still,
): Promise<void> {
  const gone = new AbortController();
  exchange.response.once("close", () => gone.abort());
  try {
    const bytes = await pictures.get(still, gone.signal);
    if (bytes === undefined) return await sendError(exchange, ERRORS.noFfmpeg);
    const { file } = still.fragment.level;
    const etag = `"${keyOf(still)}"`;
    await sendBody(exchange, { file, etag, headers: HEADERS }, bytes);
  } catch (error) {
    if (gone.signal.aborted) throw new ClientGone();
    if (!(error instanceof Busy)) throw error;
    await sendError(exchange, ERRORS.manyPictures);
  }
}

/**
 * Caches key pictures by this very rule (docs/hosting/): if a cache read an address otherwise, it
 * would give one picture to all clients. No address may have a `#` (RFC 9112 3.2): some programs
 * end the query there, and some do not.
 */
function ticksIn(query: string): number | undefined {
  if (query.includes("#")) return undefined;
  const match = /(?:^|&)t=(\d{1,16})(?:&|$)/.exec(query);
  return match === null ? undefined : Number(match[1]);
}
