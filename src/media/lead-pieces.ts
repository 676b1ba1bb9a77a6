import type { AdaptiveStream, AdaptiveTitle } from "./adaptive-title.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "./time.js";
import { titleClock } from "./title-clock.js";

/** A stretch of a title before a stream of it begins, in ticks of the stream. */
export interface LeadPiece {
  readonly time: bigint;
  readonly duration: bigint;
}

/** Nobody notices less: two frames of sound. */
const LEAST_MS = 43;

/** A playlist tells the length of its longest segment, and clients load ahead by it. */
const MOST_SECONDS = 10;

/** More than an hour is no lead: one of the times is wrong. */
const MOST_PIECES = 360;

/**
 * The segments of a stream before its first fragment. Players take the begin of a playlist of HLS
 * for the begin of the film, and lose what a stream of DASH lacks in all the others.
 */
export function leadPieces(
  { times, timescale, hasLead }: AdaptiveStream,
  title: AdaptiveTitle,
): LeadPiece[] {
  if (hasLead !== true) return [];
  const { begin } = titleClock(title);
  const from = rescaleExact(begin, SMOOTH_TIMESCALE, timescale);
  const end = times[0] ?? from;
  const least = BigInt(Math.ceil((LEAST_MS * timescale) / 1000));
  const most = BigInt(MOST_SECONDS * timescale);
  if (end - from < least || end - from > most * BigInt(MOST_PIECES)) return [];
  const pieces: LeadPiece[] = [];
  for (let time = from; time < end; time += most) {
    const rest = end - time;
    pieces.push({ time, duration: rest < most ? rest : most });
  }
  return pieces;
}
