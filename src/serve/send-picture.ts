import { ClientGone, type Exchange } from "./exchange.js";
import type { LoadedPackage } from "./package.js";
import { keyOf, posterOf, thumbnailOf, type Still } from "./pictures.js";
import { sendSentence } from "./reply.js";
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
  if (loaded.isProtected)
    return sendSentence(
      exchange,
      404,
      "No picture is made of a protected package.",
    );
  const isPoster = /^poster/i.test(name);
  const ticks = isPoster ? 0 : ticksIn(query);
  if (ticks === undefined) {
    const sentence =
      "Expected a place in the film in ticks of 100 ns, such as ?t=20000000.";
    return sendSentence(exchange, 400, sentence);
  }
  const still = isPoster ? posterOf(loaded) : thumbnailOf(loaded, ticks);
  if (still === undefined)
    return sendSentence(exchange, 404, "The package has no pictures.");
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
    if (bytes === undefined) {
      const sentence = "No picture could be made; it takes an ffmpeg.";
      return await sendSentence(exchange, 404, sentence);
    }
    const { file } = still.fragment.level;
    const etag = `"${keyOf(still)}"`;
    await sendBody(exchange, { file, etag, headers: HEADERS }, bytes);
  } catch (error) {
    if (gone.signal.aborted) throw new ClientGone();
    if (!(error instanceof Busy)) throw error;
    const sentence = "Too many pictures are being made.";
    await sendSentence(exchange, 503, sentence, ["Retry-After", "2"]);
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
