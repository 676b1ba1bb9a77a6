import { createHash } from "node:crypto";
import { mpd } from "../dash-hls/write-mpd.js";
import { captionsPlaylist, mediaPlaylist } from "../dash-hls/write-media.js";
import { masterPlaylist } from "../dash-hls/write-master.js";
import type { AdaptiveTitle } from "../media/adaptive-title.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { titleClock } from "../media/title-clock.js";
import { qualityAddress } from "../smooth/address.js";
import { addressesOf, titleOf } from "./adaptive-title.js";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import { findLevel } from "./find-fragment.js";
import { isWorthPacking, PACKED, packed, takesGzip, VARY } from "./gzip.js";
import type { ServedFile } from "./open-files.js";
import type { LoadedPackage, ServedLevel } from "./package.js";
import { mediaType } from "./send-fragment.js";
import { sendBody } from "./send-part.js";
import type { OriginParts } from "./settings.js";

/** Answers with a file of DASH or HLS that is made of the package. */
type Answer = (exchange: Exchange, site: OriginParts) => Promise<void>;

/** The answer for a manifest, a playlist or an initialization segment; undefined for other names. */
export function adaptiveAnswer(
  loaded: LoadedPackage,
  rest: string,
): Answer | undefined {
  const quality = qualityAddress(rest);
  if (quality !== undefined) {
    const level = findLevel(loaded, quality);
    return async (exchange, site) => {
      if ("status" in level) return sendError(exchange, level);
      if (quality.noun === "Init") return sendInit(exchange, site, level);
      return sendMade(exchange, loaded, HLS, playlistOf(level));
    };
  }
  const made = manifestNamed(rest);
  return made && (async (exchange) => sendMade(exchange, loaded, ...made));
}

/** Makes a text; undefined when the title has no such part. */
type Make = (title: AdaptiveTitle) => string | Uint8Array | undefined;

const DASH = "application/dash+xml";
const HLS = "application/vnd.apple.mpegurl";

function manifestNamed(rest: string): readonly [string, Make] | undefined {
  if (/^manifest\.mpd$/i.test(rest)) return [DASH, mpd];
  if (/^master\.m3u8$/i.test(rest)) return [HLS, masterPlaylist];
  const [, name] = /^([^/]+)\.m3u8$/i.exec(rest) ?? [];
  return name === undefined ? undefined : [HLS, captionsOf(name)];
}

function playlistOf(level: ServedLevel): Make {
  const { playlist } = addressesOf(level);
  return (title) => {
    for (const stream of title.streams)
      for (const one of stream.representations)
        if (one.segments.playlist === playlist)
          return mediaPlaylist(stream, one, title);
    return undefined;
  };
}

/** The playlist of a WebVTT file of the origin: it lasts as long as the title. */
function captionsOf(name: string): Make {
  return (title) => {
    const stream = title.streams.find(
      (one) => one.name.toLowerCase() === name.toLowerCase(),
    );
    if (stream?.webVtt === undefined) return undefined;
    const seconds = Number(titleClock(title).duration) / SMOOTH_TIMESCALE;
    return captionsPlaylist(stream.webVtt, seconds);
  };
}

/** Sends a manifest of this moment. Its tag is its content, for it depends on all files of the package. */
async function sendMade(
  exchange: Exchange,
  loaded: LoadedPackage,
  type: string,
  make: Make,
): Promise<void> {
  const title = titleOf(loaded);
  if ("status" in title) return sendError(exchange, title);
  const made = make(title);
  if (made === undefined) return sendError(exchange, ERRORS.noNameInPackage);
  const bytes = Buffer.from(made);
  const hash = createHash("sha256").update(bytes).digest("base64url");
  const tag = `"${hash.slice(0, 22)}"`;
  const headers = [
    ...["Content-Type", type, "Cache-Control", "public, max-age=5"],
    ...VARY,
  ];
  const file = newestOf(loaded);
  const { headers: asked } = exchange.request;
  const isPacked =
    isWorthPacking(bytes.length) &&
    asked.range === undefined &&
    asked["if-match"] === undefined &&
    takesGzip(asked);
  if (!isPacked) return sendBody(exchange, { file, etag: tag, headers }, bytes);
  const part = { file, etag: `W/${tag}`, headers: [...headers, ...PACKED] };
  await sendBody(exchange, part, await packed(bytes));
}

/** Its date is that of the text. */
function newestOf({ server, manifest, media }: LoadedPackage): ServedFile {
  return [server, ...(manifest ? [manifest] : []), ...media].reduce((a, b) =>
    b.mtimeMs > a.mtimeMs ? b : a,
  );
}

/** An address without a version, like those of fragments. */
async function sendInit(
  exchange: Exchange,
  { inits, files }: OriginParts,
  level: ServedLevel,
): Promise<void> {
  const { bytes } = await inits.get(level, files);
  const { file, trackId, stream } = level;
  const headers = [
    ...["Content-Type", mediaType(stream.type)],
    ...["Cache-Control", "public, max-age=86400"],
  ];
  const etag = `"${file.identity}-i${trackId}"`;
  await sendBody(exchange, { file, etag, headers }, bytes);
}
