import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import {
  lastNotAfter,
  type LoadedPackage,
  type ServedLevel,
} from "./package.js";
import type { Fragment } from "./send-fragment.js";

/** A still of a film: which fragment it is taken from, and how wide it becomes. */
export interface Still {
  readonly fragment: Fragment;
  readonly width: number;
}

const POSTER_WIDTH = 480;
const THUMBNAIL_WIDTH = 160;

/** A poster shows the film as it is after its titles, a tenth on. */
const POSTER_AT = 0.1;

/** The frame for a poster, from the smallest rung that is large enough; undefined without pictures. */
export function posterOf(known: LoadedPackage): Still | undefined {
  const levels = pictureLevels(known);
  const large = levels.filter(({ width = 0 }) => width >= POSTER_WIDTH);
  const level = large[0] ?? levels.at(-1);
  if (level === undefined) return undefined;
  const ticks = Math.floor(known.duration * POSTER_AT);
  return { fragment: fragmentWith(level, ticks), width: POSTER_WIDTH };
}

/** The frame for a place in the film, from the lowest rung. @param ticks of 10 MHz */
export function thumbnailOf(
  known: LoadedPackage,
  ticks: number,
): Still | undefined {
  const [level] = pictureLevels(known);
  if (level === undefined) return undefined;
  return { fragment: fragmentWith(level, ticks), width: THUMBNAIL_WIDTH };
}

/** Lowest bitrate first. */
function pictureLevels({ streams }: LoadedPackage): ServedLevel[] {
  const video = streams.find(({ type }) => type === "video");
  return [...(video?.levels ?? [])].sort((a, b) => a.bitrate - b.bitrate);
}

/** The fragment in which a tick of 10 MHz lies, counted from the begin of the film. */
function fragmentWith(level: ServedLevel, ticks: number): Fragment {
  const { stream, fragments } = level;
  const first = stream.times[0] ?? fragments.time[0] ?? 0n;
  const later = rescale(ticks, SMOOTH_TIMESCALE, stream.timescale);
  const time = first + BigInt(later);
  const number = Math.max(0, lastNotAfter(fragments.time, time));
  return { level, number, duration: undefined };
}

/** Tells one still from another, also those of a film that was replaced. */
export function keyOf({ fragment: { level, number }, width }: Still): string {
  const { file, trackId, fragments } = level;
  return `${file.identity}-${trackId}-${fragments.offset[number]}-${width}`;
}
