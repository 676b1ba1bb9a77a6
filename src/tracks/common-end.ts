import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  at,
  newTable,
  putRows,
  sampleDuration,
  sliceTable,
  trackEnd,
  type SampleTable,
  type Track,
} from "../media/track.js";

/** A last sample shorter than 1 ms is not worth decoding. */
const SHORTEST_SAMPLE: Ticks = SMOOTH_TIMESCALE / 1000;

/**
 * Ends the sound track at the picture's last tick. When the two differ by even 10 ms,
 * rx-player warns at the end and dash.js sometimes stops early. Frames that begin later
 * are dropped and the duration of the last one is adjusted. The bytes stay as they are.
 *
 * Sound that is too short repeats its last frame, which is silence: the plan pads the
 * sound with silence behind the end that the source's header promised. The picture may
 * turn out still longer.
 *
 * @param track sound in 10 MHz ticks
 * @param end where the picture ends
 * @throws PackError `mux` when the sound is too short and does not end in silence
 */
export function endTogether(track: Track, end: Ticks, name: string): Track {
  const { samples } = track;
  const missing = end - trackEnd(samples);
  if (missing <= sampleDuration(samples, 0))
    return { ...track, samples: endingAt(samples, end) };
  if (!endsInSilence(samples)) {
    throw new PackError(
      "mux",
      `${name}: ends at ${trackEnd(samples)}, the picture at ${end}. Expected sound up to the picture's end.`,
    );
  }
  const frame = sampleDuration(samples, 0);
  const longer = goingOn(samples, Math.ceil(missing / frame), frame);
  return { ...track, samples: endingAt(longer, end) };
}

/** Coded silence repeats the same few bytes in each frame. */
const SILENT_FRAMES = 16;
const SILENT_SIZE = 64;

function endsInSilence({ size, count }: SampleTable): boolean {
  const last = size.subarray(Math.max(0, count - SILENT_FRAMES));
  return (
    count > SILENT_FRAMES &&
    at(last, 0) <= SILENT_SIZE &&
    last.every((bytes) => bytes === last[0])
  );
}

/** The table with its last sample repeated `more` times; all share the same bytes. */
function goingOn(
  samples: SampleTable,
  more: number,
  frame: Ticks,
): SampleTable {
  const { count } = samples;
  const longer = newTable(count + more);
  putRows(longer, 0, samples);
  const last = count - 1;
  longer.offset.fill(at(samples.offset, last), count);
  longer.size.fill(at(samples.size, last), count);
  longer.sync.fill(at(samples.sync, last), count);
  for (let i = 0; i <= more; i++)
    longer.decodeTime[count + i] = trackEnd(samples) + i * frame;
  return longer;
}

/**
 * Ends the table at a tick: drops frames that begin later, stretches or cuts the last
 * one. The result uses the columns of `samples`, changed in place.
 */
export function endingAt(samples: SampleTable, end: Ticks): SampleTable {
  let count = samples.count;
  while (count > 1 && at(samples.decodeTime, count - 1) > end - SHORTEST_SAMPLE)
    count--;
  samples.decodeTime[count] = end;
  return sliceTable(samples, 0, count);
}
