import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { ReadCaptions } from "./cue.js";

/** Broadcasters begin a programme at 10:00:00:00 in Europe, at 01:00:00:00 in America. */
const FIRST_HOURS = [10, 1];

const HOUR = SMOOTH_TIMESCALE * 3600;

/** Captions that are earlier by this much; see {@link programStart}. */
export function fromProgramClock(
  read: ReadCaptions,
  shift: Ticks,
): ReadCaptions {
  if (shift === 0) return read;
  const { cues, notes, timecodeHour = HOUR } = read;
  const hours = String(Math.round(shift / timecodeHour)).padStart(2, "0");
  const what = `its times begin at ${hours}:00:00, as those of a broadcast do; that is taken for the film's begin`;
  return {
    ...read,
    notes: [...notes, { line: cues[0]?.line ?? 1, what }],
    cues: cues.map((cue) => ({
      ...cue,
      begin: cue.begin - shift,
      end: cue.end - shift,
    })),
  };
}

/**
 * When the film begins by the clock of its captions: 0, or 01:00:00:00 or 10:00:00:00, which shows
 * itself by captions that would stand far behind the film's end.
 */
export function programStart(
  { cues, timecodeHour }: ReadCaptions,
  duration: Ticks | undefined,
): Ticks {
  const hour = timecodeHour ?? HOUR;
  const [first, ...rest] = cues;
  if (first === undefined || duration === undefined) return 0;
  const begins = [first, ...rest].map(({ begin }) => begin);
  const [earliest, latest] = begins.reduce(
    ([least, most], begin) => [Math.min(least, begin), Math.max(most, begin)],
    [Infinity, -Infinity],
  );
  const hours = FIRST_HOURS.concat(Math.floor(earliest / hour)).find(
    (count) => earliest >= count * hour && latest - count * hour < duration,
  );
  if (hours === undefined || hours < 1) return 0;
  const shift = hours * hour;
  // Only timecodes count like this; other files may have a late caption by mistake.
  const isTimecode = timecodeHour !== undefined;
  return latest - duration < (isTimecode ? 0 : shift / 2) ? 0 : shift;
}
