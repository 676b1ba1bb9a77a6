import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { ReadCaptions } from "./cue.js";

/** Broadcasters begin a programme at 10:00:00:00 in Europe, at 01:00:00:00 in America. */
const FIRST_HOURS = [10, 1];

/**
 * Captions with times of the film. Those whose timecode begins at 01:00:00:00 or 10:00:00:00
 * move to 0; such a clock shows itself by captions that would stand far behind the film's end.
 */
export function fromProgramClock(
  read: ReadCaptions,
  duration: Ticks | undefined,
): ReadCaptions {
  const { cues, notes, timecodeHour = SMOOTH_TIMESCALE * 3600 } = read;
  const [first, ...rest] = cues;
  if (first === undefined || duration === undefined) return read;
  const begins = [first, ...rest].map(({ begin }) => begin);
  const [earliest, latest] = begins.reduce(
    ([least, most], begin) => [Math.min(least, begin), Math.max(most, begin)],
    [Infinity, -Infinity],
  );
  const hours = FIRST_HOURS.concat(Math.floor(earliest / timecodeHour)).find(
    (count) =>
      earliest >= count * timecodeHour &&
      latest - count * timecodeHour < duration,
  );
  if (hours === undefined || hours < 1) return read;
  const shift = hours * timecodeHour;
  // Only timecodes count like this; other files may have a late caption by mistake.
  const isTimecode = read.timecodeHour !== undefined;
  if (latest - duration < (isTimecode ? 0 : shift / 2)) return read;
  const what = `its times begin at ${String(hours).padStart(2, "0")}:00:00, as those of a broadcast do; that is taken for the film's begin`;
  return {
    ...read,
    notes: [...notes, { line: first.line, what }],
    cues: cues.map((cue) => ({
      ...cue,
      begin: cue.begin - shift,
      end: cue.end - shift,
    })),
  };
}
