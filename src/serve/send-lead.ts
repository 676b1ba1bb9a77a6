import { leadPieces } from "../media/lead-pieces.js";
import type { FragmentAddress } from "../smooth/address.js";
import { fragmentAt } from "../smooth/fragment-at.js";
import { titleOf } from "./adaptive-title.js";
import type { Exchange } from "./exchange.js";
import { findLevel } from "./find-fragment.js";
import { leadSegment } from "./lead-segment.js";
import type { LoadedPackage } from "./package.js";
import { mediaType } from "./send-fragment.js";
import { sendBody } from "./send-part.js";
import type { OriginParts } from "./settings.js";

/**
 * Sends a segment that lies before the first fragment of its stream: see {@link leadSegment}.
 *
 * @returns false when no such segment begins at this time
 * @throws NoFragment, FileChanged
 */
export async function sendLead(
  exchange: Exchange,
  { files, inits }: OriginParts,
  loaded: LoadedPackage,
  address: FragmentAddress,
): Promise<boolean> {
  const level = findLevel(loaded, address);
  const title = titleOf(loaded);
  if ("status" in level || "status" in title) return false;
  const { time } = address;
  const { name, type } = level.stream;
  const stream = title.streams.find((one) => one.name === name);
  const pieces = stream ? leadPieces(stream, title) : [];
  const piece = pieces.find((one) => one.time === time);
  if (stream === undefined || piece === undefined) return false;
  const number = fragmentAt(level.fragments, stream.times[0] ?? 0n);
  const first = { level, number, duration: undefined };
  const init = await inits.get(level, files);
  const bytes = await leadSegment(first, piece, init, files);
  const headers = [
    ...["Content-Type", mediaType(type)],
    ...["Cache-Control", "public, max-age=86400"],
  ];
  const etag = `"${level.file.identity}-l${level.trackId}-${time.toString(36)}"`;
  await sendBody(exchange, { file: level.file, etag, headers }, bytes);
  return true;
}
