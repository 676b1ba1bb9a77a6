import { PackError } from "../errors.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import {
  at,
  put,
  sampleDuration,
  sliceTable,
  trackEnd,
  type SampleTable,
  type TrackKind,
} from "../media/track.js";
import {
  keptSamples,
  editedPart,
  type KeptSamples,
  type EditedPart,
} from "./edit-list.js";
import { requireOffset } from "./smooth-clock.js";

/** A track on the movie's clock that needs no edit list. */
export interface PresentedTrack {
  readonly samples: SampleTable;
  /** Ticks per second of its times. */
  readonly timescale: number;
}

/**
 * Resolves the edit list and the composition offsets of a track into sample times. Each
 * sample is presented when the source says, counted from the start of the movie. The
 * first sample is presented when it is decoded. Decode times move with the first
 * composition offset, so later offsets may be negative. Only the first sample may begin
 * later than before, where the edit list begins inside it.
 *
 * The columns of `track` are changed in place: a film has millions of rows.
 *
 * @throws PackError `unsupported` for edits that samples cannot express
 */
export function applyEdits(
  track: MovieTrack,
  kind: TrackKind,
  where: string,
): PresentedTrack {
  const shown = editedPart(track, where);
  const clock = clockFor(track, shown);
  const kept =
    kind === "video"
      ? keptSamples(track.samples, shown, where)
      : keptFrames(track, shown, where);
  const samples = sliceTable(track.samples, kept.first, kept.end);
  moveTimes(samples, shown.begin, clock, where);
  if (kind === "video") decodeAsShown(samples, where);
  endAt(samples, shown, clock, where);
  return { samples, timescale: clock.timescale };
}

interface Clock {
  readonly timescale: number;
  /** Ticks of this clock in a tick of the track. */
  readonly factor: number;
  /** Where the shown part begins. */
  readonly delay: number;
}

/**
 * The coarsest clock on which the track's times and its delay are whole ticks. Where
 * numbers are too small for that clock: the finest one that they hold. Its rounding is
 * far below a tick of the package.
 */
function clockFor(
  { timescale, movieTimescale, samples }: MovieTrack,
  { delay }: EditedPart,
): Clock {
  const exact = movieTimescale / divisor(timescale * delay, movieTimescale);
  const factor = Math.min(exact, largestFactor(timescale, samples));
  return {
    timescale: timescale * factor,
    factor,
    delay: Math.round((delay * timescale * factor) / movieTimescale),
  };
}

/**
 * Timescales have 32 bits, times 53, and composition offsets 32 with a sign. Half of
 * the offsets' range is left for decoding in another order.
 */
function largestFactor(timescale: number, samples: SampleTable): number {
  const [first = 0] = samples.compositionOffset;
  let widest = 1;
  for (const offset of samples.compositionOffset)
    widest = Math.max(widest, Math.abs(offset - first));
  const most = Math.min(
    2 ** 32 / timescale,
    Number.MAX_SAFE_INTEGER / trackEnd(samples),
    2 ** 29 / widest,
  );
  return Math.max(1, Math.floor(most));
}

function divisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** A shorter rest of a sample (under 1 ms) is not worth decoding. */
const SLIVERS_A_SECOND = 1000;

/**
 * Drops the encoder's lead-in before the start of the edit, or all sound would be a
 * frame late. Drops frames behind its end too. When the edit begins inside a frame, the
 * edit moves to the nearer side of that frame: players that count frames instead of
 * times are then less than half a frame off.
 */
function keptFrames(
  { samples, timescale }: MovieTrack,
  { begin, end }: EditedPart,
  where: string,
): KeptSamples {
  const media = trackEnd(samples);
  if (begin >= media) {
    throw new PackError(
      "input",
      `${where}: the edit list begins at ${begin}, the media ends at ${media}. Expected a begin before the end.`,
    );
  }
  let first = 0;
  let last = samples.count - 1;
  while (
    first < last &&
    at(samples.decodeTime, first + 1) - begin <
      sampleDuration(samples, first) / 2
  )
    first++;
  const latest = end - timescale / SLIVERS_A_SECOND;
  while (last > first && at(samples.decodeTime, last) > latest) last--;
  return { first, end: last + 1 };
}

/** Moves times from the track's clock to the movie's. */
function moveTimes(
  { count, decodeTime, compositionOffset }: SampleTable,
  begin: number,
  { factor, delay }: Clock,
  where: string,
): void {
  const firstOffset = at(compositionOffset, 0);
  const move = firstOffset - begin;
  for (let i = 0; i <= count; i++)
    decodeTime[i] = (at(decodeTime, i) + move) * factor + delay;
  decodeTime[0] = Math.max(at(decodeTime, 0), delay);
  for (let i = 0; i < count; i++) {
    const offset = (at(compositionOffset, i) - firstOffset) * factor;
    put(compositionOffset, i, requireOffset(offset, where));
  }
}

/** Ends the last sample with the edit. A sample that ends one rounding before or after it stays as it is. */
function endAt(
  { count, decodeTime }: SampleTable,
  { begin, end, tolerance }: EditedPart,
  { factor, delay }: Clock,
  where: string,
): void {
  const shownEnd = Math.round((end - begin) * factor) + delay;
  if (shownEnd < at(decodeTime, count) - tolerance * factor)
    decodeTime[count] = shownEnd;
  const last = count - 1;
  const isGrowing =
    at(decodeTime, count) > at(decodeTime, last) &&
    at(decodeTime, 1) > at(decodeTime, 0);
  if (isGrowing) return;
  throw new PackError(
    "unsupported",
    `${where}: the edit list shows ${begin} to ${end}, which cuts a frame in two that others need. Expected whole frames.`,
  );
}

/**
 * Decodes pictures at the times at which pictures are shown: the first decoded picture
 * gets the first shown time, and so on. Presentation times stay as they are. Sources
 * round decode times to their own clocks (HandBrake's 90 kHz, Matroska's milliseconds).
 * A key frame would then be decoded some ticks before it is shown and could not begin a
 * fragment. A film that was cut short may also show pictures after its decoder's end.
 * The columns are changed in place.
 *
 * @throws PackError `input` when two pictures are shown at the same time
 */
export function decodeAsShown(samples: SampleTable, where: string): void {
  const { count, decodeTime, compositionOffset } = samples;
  if (!compositionOffset.some((offset) => offset !== 0)) {
    const inOrder = decodeTime.subarray(0, count);
    requireGrowing(inOrder, where);
    decodeTime[count] = endOf(samples, inOrder, inOrder);
    return;
  }
  const shown = new Float64Array(count);
  for (let i = 0; i < count; i++)
    shown[i] = at(decodeTime, i) + at(compositionOffset, i);
  const inOrder = shown.slice().sort();
  requireGrowing(inOrder, where);
  const end = endOf(samples, shown, inOrder);
  decodeTime.set(inOrder);
  decodeTime[count] = end;
  for (let i = 0; i < count; i++)
    compositionOffset[i] = requireOffset(at(shown, i) - at(inOrder, i), where);
}

/** The decoder's end, or the end of the last picture where the decoder ends too early. */
function endOf(
  samples: SampleTable,
  shown: Float64Array,
  inOrder: Float64Array,
): number {
  const last = samples.count - 1;
  const end = at(samples.decodeTime, samples.count);
  const latest = at(inOrder, last);
  if (end > latest) return end;
  const own = sampleDuration(samples, shown.indexOf(latest));
  // Some writers give no duration for the last picture. It then lasts as long as the
  // one before.
  return latest + (own || latest - (inOrder[last - 1] ?? latest));
}

function requireGrowing(shown: Float64Array, where: string): void {
  for (let i = 1; i < shown.length; i++) {
    if (at(shown, i) > at(shown, i - 1)) continue;
    throw new PackError(
      "input",
      `${where}: pictures ${i} and ${i + 1}, in the order in which they are shown, are shown at the same time. Expected one at a time.`,
      { hint: "mss-pack FILE -o FOLDER encodes it anew." },
    );
  }
}
