import { PackError } from "../errors.js";
import type { FrameRange } from "../media/fragment-length.js";
import { ratio, type Rational } from "../media/time.js";
import { clock } from "../util/format.js";
import type { Timing } from "./timing.js";

/** Which part of the film is packaged, in seconds of the film. Default: all of it. */
export interface RangeSettings {
  /** Where the package begins. */
  readonly start?: number | undefined;
  /** Where it ends. */
  readonly end?: number | undefined;
  /** How long it is; instead of `end`. */
  readonly duration?: number | undefined;
}

/** Is only a part of the film asked for? */
export function hasRange({ start, end, duration }: RangeSettings): boolean {
  return (start ?? 0) !== 0 || end !== undefined || duration !== undefined;
}

/** A package that is shorter is a mistake. */
const SHORTEST_SECONDS = 0.5;

/**
 * The time of a part of a film: it begins and ends with frames of the film's grid, the sound with them.
 *
 * @param whole of the film
 * @param rate of the picture; undefined when there is none
 * @param copied the frames of a picture that is taken as it is, see `copied-part.ts`
 * @throws PackError `usage` for a part that the film does not have
 */
export function partOfFilm(
  whole: Timing,
  settings: RangeSettings,
  rate: Rational | undefined,
  copied?: FrameRange,
): Timing {
  if (!hasRange(settings)) return whole;
  const { start, end } = checked(settings, whole.durationSeconds);
  const filmSeconds = whole.durationSeconds;
  const isOpen = end >= filmSeconds;
  if (rate === undefined) {
    const durationSeconds = (isOpen ? filmSeconds : end) - start;
    return {
      ...{ ...whole, startSeconds: start, filmSeconds },
      ...{ durationSeconds, isOpen },
    };
  }
  const frameAt = (seconds: number) => Math.round(seconds * ratio(rate));
  const to = isOpen ? undefined : frameAt(end);
  const asked = { from: frameAt(start), ...(to !== undefined && { to }) };
  return timeOf(copied ?? asked, whole, rate);
}

function timeOf(frames: FrameRange, whole: Timing, rate: Rational): Timing {
  const { from, to } = frames;
  const filmSeconds = whole.durationSeconds;
  const startSeconds = from / ratio(rate);
  const endSeconds = to === undefined ? filmSeconds : to / ratio(rate);
  return {
    ...{ ...whole, startSeconds, filmSeconds, frames },
    durationSeconds: endSeconds - startSeconds,
    isOpen: to === undefined,
  };
}

function checked(
  { start = 0, end, duration }: RangeSettings,
  film: number,
): { start: number; end: number } {
  if (end !== undefined && duration !== undefined)
    throw wrong("--duration", duration, "none, for --end is given");
  if (!(start >= 0 && start < film))
    throw wrong("--start", start, `less than the film's ${clock(film)}`);
  if (duration !== undefined && !(duration > 0))
    throw wrong("--duration", duration, "more than 0");
  const last = end ?? start + (duration ?? Infinity);
  if (end !== undefined && !(end > start))
    throw wrong("--end", end, `more than --start, ${start}`);
  // A film that is shorter is packaged whole.
  if (Math.min(last, film) - start < Math.min(SHORTEST_SECONDS, film))
    throw wrong(
      ...culprit({ start, end, duration }, film),
      `at least ${SHORTEST_SECONDS} s of film`,
    );
  return { start, end: last };
}

/** The option that makes a part too short. */
function culprit(
  { start = 0, end, duration }: RangeSettings,
  film: number,
): [option: string, found: number] {
  if (film - start < SHORTEST_SECONDS) return ["--start", start];
  if (end !== undefined) return ["--end", end];
  return ["--duration", duration ?? 0];
}

function wrong(option: string, found: number, expected: string): PackError {
  return new PackError(
    "usage",
    `${option} is ${found}. Expected ${expected}.`,
    { facts: { option, found } },
  );
}

/** What is packaged, in words; nothing for a whole film. */
export function rangeNotes({
  startSeconds = 0,
  durationSeconds,
  filmSeconds,
}: Timing): string[] {
  if (filmSeconds === undefined) return [];
  const seconds = (time: number) => String(Number(time.toFixed(3)));
  const end = startSeconds + durationSeconds;
  return [
    `only ${seconds(startSeconds)} s to ${seconds(end)} s of the film's ${clock(filmSeconds)} are packaged`,
  ];
}
