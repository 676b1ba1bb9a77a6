import { PackError } from "../errors.js";
import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  at,
  put,
  trackEnd,
  type Track,
  sampleDuration,
  sliceTable,
} from "../media/track.js";

/**
 * The track in 10 MHz ticks: other timescales break shaka-player, rx-player or VLC.
 * Positions are rescaled and offsets are differences of positions, so no rounding adds
 * up. The columns are changed in place.
 *
 * @param name for messages
 * @throws PackError `input` when 10 MHz ticks cannot hold its times
 */
export function onSmoothClock(track: Track, name: string): Track {
  const { timescale, samples } = track;
  const { count, decodeTime, compositionOffset } = samples;
  requireDuration(trackEnd(samples) / timescale, name);
  const rescaled = (position: number) =>
    rescale(position, timescale, SMOOTH_TIMESCALE);
  for (let i = 0; i < count; i++) {
    const decoded = at(decodeTime, i);
    const time = rescaled(decoded);
    const presented = rescaled(decoded + at(compositionOffset, i));
    put(compositionOffset, i, requireOffset(presented - time, name));
    decodeTime[i] = time;
  }
  decodeTime[count] = rescaled(at(decodeTime, count));
  return { ...track, timescale: SMOOTH_TIMESCALE };
}

/** 10 MHz ticks are whole numbers up to 2^53, which is 28 years. */
const LONGEST_SECONDS = 2 ** 53 / SMOOTH_TIMESCALE;

function requireDuration(seconds: number, name: string): void {
  if (seconds < LONGEST_SECONDS) return;
  throw new PackError(
    "input",
    `${name}: lasts ${seconds} s. Expected less than ${LONGEST_SECONDS}.`,
    { hint: "The file's index is damaged." },
  );
}

/**
 * Requires a composition offset that a trun can hold. A typed array would cut a larger
 * one to 32 bits without an error. ISO/IEC 14496-12 8.8.8
 *
 * @throws PackError `input` when it is too large
 */
export function requireOffset(offset: number, where: string): number {
  if (offset === (offset | 0)) return offset;
  throw new PackError(
    "input",
    `${where}: a composition offset of ${offset} ticks. Expected at most 2^31.`,
    { hint: "The file's index is damaged." },
  );
}

/** Moves a track earlier. Its columns are changed in place. */
export function moveBack({ samples }: Track, ticks: Ticks): void {
  if (ticks === 0) return;
  for (let i = 0; i <= samples.count; i++)
    samples.decodeTime[i] = at(samples.decodeTime, i) - ticks;
}

/**
 * Drops the sound before 0: the encoder's lead-in, which ffmpeg writes into Smooth
 * files as audible sound. A frame that crosses 0 is kept or dropped by its nearer side.
 */
export function withoutLeadIn(track: Track): Track {
  const { samples, format } = track;
  if (format.kind !== "audio" || at(samples.decodeTime, 0) >= 0) return track;
  let first = 0;
  while (
    first < samples.count - 1 &&
    at(samples.decodeTime, first + 1) < sampleDuration(samples, first) / 2
  )
    first++;
  const kept = sliceTable(samples, first, samples.count);
  if (at(kept.decodeTime, 0) < 0) kept.decodeTime[0] = 0;
  return { ...track, samples: kept };
}
