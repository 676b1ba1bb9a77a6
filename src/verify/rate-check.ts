import { isNear, measured, peakBitrate } from "../media/declared-bitrate.js";
import { runOfFragments } from "../media/leaky-bucket.js";
import { clock, kilobits } from "../util/format.js";
import type { Findings } from "./finding.js";
import type { TrackRuns } from "./track-runs.js";

/** Bitrates of a track, in bits per second. */
export interface TrackRates {
  /** By the manifests. */
  readonly declared: number;
  readonly average: number;
  /** The largest average over at least four seconds of whole fragments; 0 for a shorter film. */
  readonly peak: number;
  /** Of a picture: a line and a buffer that its declared bitrate asks for. */
  readonly buffer?: PlayerBuffer | undefined;
}

/** A player's buffer while a line fills it and the track is played. */
export interface PlayerBuffer {
  /** Of the line, in bits per second. */
  readonly maxBitrate: number;
  /** In bits. */
  readonly bufferSize: number;
  /** Its least fill, as a share of its size; below 0 where the line is too slow. */
  readonly leastFill: number;
  /** Where it is empty first, in seconds from the begin of the track; undefined where it never is. */
  readonly emptyAtSeconds?: number | undefined;
}

/**
 * What players of ladders get along with. Rungs that are encoded to an average have a line of 1.5 times of it and a
 * buffer of two seconds; measured against their own average, such a line is as fast as their fragments ever need: 2.4
 * times the average over two seconds, 1.95 times over four.
 */
const LINE = 1.5;
const BUFFER_SECONDS = 2;

/** Nearly equal averages of a stream are spread 2 kbit/s apart, one after another. */
const BITRATE_STEP = 2_000;

/** A track whose fragments were all read. */
export interface RatedTrack {
  readonly src: string;
  readonly kind: string;
  /** By the manifests. */
  readonly bitrate: number;
  /** Ticks per second of its fragments. */
  readonly scale: number;
  readonly runs: TrackRuns;
  /** In 10 MHz ticks. */
  readonly end: number;
}

/**
 * The declared bitrate is about the track's own, and a line that carries it carries the whole film.
 *
 * @param levels of the stream, whose bitrates may be spread
 */
export function checkRates(
  track: RatedTrack,
  levels: number,
  findings: Findings,
): TrackRates {
  const { src, kind, bitrate: declared, runs, end } = track;
  const { sizes, seconds } = columnsOf(track);
  const average = Math.round((runs.bytes * 8 * 1e7) / end);
  const found = { ...measured(sizes, seconds), average };
  const isSpread = Math.abs(average - declared) <= BITRATE_STEP * levels;
  if (!isSpread && !isNear(declared, found)) {
    const place = findings.in(src).dialect;
    place.wrong("bitrate", "measured average", average, declared);
  }
  const peak = peakBitrate(sizes, seconds);
  const rates = { declared, average, peak };
  if (kind !== "video" || !(declared > 0)) return rates;
  const buffer = playerBuffer(declared, sizes, seconds);
  tellEmpty(src, buffer, findings);
  return { ...rates, buffer };
}

/** Fragments that could not be read have faults of their own. */
function columnsOf({ runs, scale }: RatedTrack) {
  const sizes = new Float64Array(runs.count);
  const seconds = new Float64Array(runs.count);
  for (let i = 0; i < runs.count; i++) {
    sizes[i] = runs.size(i) ?? 0;
    seconds[i] = (runs.duration(i) ?? 0) / scale;
  }
  return { sizes, seconds };
}

function playerBuffer(
  declared: number,
  sizes: Float64Array,
  seconds: Float64Array,
): PlayerBuffer {
  const bucket = {
    maxBitrate: Math.round(LINE * declared),
    bufferSize: BUFFER_SECONDS * declared,
  };
  const { least, emptyAt } = runOfFragments(sizes, seconds, bucket);
  return {
    ...bucket,
    leastFill: Number(least.toFixed(3)),
    ...(emptyAt !== undefined && {
      emptyAtSeconds: Number(emptyAt.toFixed(3)),
    }),
  };
}

/** Never a fault: players wait for a moment, or take a lower rung. */
function tellEmpty(
  file: string,
  { maxBitrate, bufferSize, leastFill, emptyAtSeconds }: PlayerBuffer,
  findings: Findings,
): void {
  if (emptyAtSeconds === undefined) return;
  const wait = (-leastFill * bufferSize) / maxBitrate;
  findings
    .in(file)
    .note(
      "buffer",
      `on a line of ${LINE} times its bitrate (${kilobits(maxBitrate)} kbit/s) a buffer of ${BUFFER_SECONDS} s is empty at ${clock(emptyAtSeconds)}: players wait there for up to ${wait.toFixed(1)} s, or take a lower rung`,
    );
}
