import { mimeCodec } from "../codecs/mime-codec.js";
import type {
  AdaptiveStream,
  Representation,
} from "../media/adaptive-title.js";
import {
  measureBitrates,
  type MeasuredBitrates,
} from "../media/peak-bitrate.js";
import type { ReadStream, ReadTrack } from "../media/presentation.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { segmentSeconds } from "../media/title-clock.js";
import { fragmentAt } from "./fragment-at.js";
import { lastNotAfter, type AnnouncedTimes } from "./read-streams.js";

/** The track of a package, wherever its file is. */
export type PlacedTrack = Omit<ReadTrack, "file">;

/** A stream of a package with its tracks. */
export interface PlacedStream<T extends PlacedTrack> extends Omit<
  ReadStream,
  "tracks"
> {
  readonly tracks: readonly T[];
}

/** The fragments of a track that all its rungs have. */
export interface PlacedFragments {
  readonly offsets: Float64Array;
  readonly sizes: Float64Array;
}

/**
 * A stream as DASH and HLS describe it: the fragments that all its tracks have.
 *
 * @param filmEnd in 10 MHz ticks, for a last fragment whose length nobody tells
 * @param segmentsOf where the segments of a track are
 * @returns undefined when neither DASH nor HLS knows its codec
 */
export function adaptiveStream<T extends PlacedTrack>(
  stream: PlacedStream<T>,
  filmEnd: number,
  segmentsOf: (
    track: T,
    fragments: PlacedFragments,
  ) => Representation["segments"],
): AdaptiveStream | undefined {
  const known = stream.tracks.flatMap((track) => {
    const codecs = mimeCodec(track);
    return codecs === undefined ? [] : [{ track, codecs }];
  });
  const times = commonTimes(known.map(({ track }) => track));
  if (times.length === 0) return undefined;
  const { kind, name, language, subtype, timescale } = stream;
  const durations = durationsOf(stream, times, filmEnd);
  const timed = { kind, name, language, subtype, timescale, times, durations };
  const seconds = segmentSeconds({ ...timed, representations: [] });
  const representations = known.map(({ track, codecs }) => {
    const fragments = placesOf(track, times);
    return {
      ...{ codecs, ...bitratesOf(track, fragments, seconds) },
      ...shapeOf(track),
      segments: segmentsOf(track, fragments),
    };
  });
  representations.sort((a, b) => b.average - a.average);
  const isClear = known.every(({ track }) => track.encryption === undefined);
  return { ...timed, isClear, representations };
}

/** Fragments with files of their own were not measured: their bitrate is the one that is announced. */
function bitratesOf(
  { bitrate, fragments }: PlacedTrack,
  { sizes }: PlacedFragments,
  seconds: Float64Array,
): MeasuredBitrates {
  return fragments.files === undefined
    ? measureBitrates(sizes, seconds)
    : { peak: bitrate, average: bitrate };
}

/** A fragment that one rung lacks would stop a client there. */
function commonTimes(tracks: readonly PlacedTrack[]): BigInt64Array {
  const [first, ...rest] = tracks;
  return (first?.fragments.time ?? new BigInt64Array()).filter((time) =>
    rest.every(({ fragments }) => fragmentAt(fragments, time) >= 0),
  );
}

function placesOf(
  { fragments }: PlacedTrack,
  times: BigInt64Array,
): PlacedFragments {
  const { offset, end } = fragments;
  const numbers = Array.from(times, (time) => fragmentAt(fragments, time));
  return {
    offsets: Float64Array.from(numbers, (i) => offset[i] ?? 0),
    sizes: Float64Array.from(numbers, (i) => (end[i] ?? 0) - (offset[i] ?? 0)),
  };
}

/** Ticks of other scales are rounded: a gap of a millisecond is none. */
const GAPS_PER_SECOND = 1000;

/** As announced; without a gap until the next begins. */
function durationsOf(
  { times: announced, durations, timescale }: AnnouncedTimes,
  times: BigInt64Array,
  filmEnd: number,
): BigInt64Array {
  const noGap = BigInt(Math.ceil(timescale / GAPS_PER_SECOND));
  const end = rescaleExact(BigInt(filmEnd), SMOOTH_TIMESCALE, timescale);
  const result = new BigInt64Array(times.length);
  for (const [i, time] of times.entries()) {
    const row = lastNotAfter(announced, time + 1n);
    const isTold = row >= 0 && (announced[row] ?? 0n) >= time - 1n;
    const told = isTold ? Math.round(durations[row] ?? NaN) : NaN;
    const next = times[i + 1];
    const rest = next === undefined ? undefined : next - time;
    const own = told > 0 ? BigInt(told) : (rest ?? end - time);
    const isGap = rest !== undefined && own < rest - noGap;
    result[i] = rest === undefined || isGap ? own : rest;
    if ((result[i] ?? 0n) <= 0n) result[i] = result[i - 1] ?? 1n;
  }
  return result;
}

function shapeOf({ format, width, height }: PlacedTrack) {
  if (format?.kind === "audio") {
    const { channels, sampleRate } = format;
    return { channels, sampleRate };
  }
  return { width, height };
}
