import { PackError } from "../errors.js";
import { isElsewhere } from "../ffmpeg/input-options.js";
import type { FragmentRun } from "../isobmff/fragment-runs.js";
import type { FragmentedTrack } from "../isobmff/movie-fragments.js";
import { readFragmented } from "../isobmff/read-movie.js";
import type { ClockJump } from "../media/film-clock.js";
import { announcedTimes } from "../smooth/announced-times.js";
import { LONGEST_FILM_SECONDS } from "./require-film.js";
import { trackOfStream } from "./source-file.js";
import {
  type ClockStep,
  type FragmentClock,
  lastEnd,
  type SourceAudio,
  type SourceInfo,
  type SourceVideo,
  withStream,
} from "./source-info.js";

/**
 * The source with the times of its fragments. ffmpeg reads only those of tfdt. Where
 * Smooth Streaming gives them in another way, ffmpeg adds durations up: a late track
 * begins at 0, samples behind a hole come early, and a picture is late by its
 * reordering. (With `-use_mfra_for pts` it reads a tfra, and then puts two pictures at
 * one time.)
 */
export async function withFragmentClock(
  source: SourceInfo,
): Promise<SourceInfo> {
  const tracks = await fragmentedTracks(source);
  if (!tracks.some(({ fragmented }) => isAddedUp(fragmented))) return source;
  const begins = tracks.map(({ fragmented }) => beginOf(fragmented));
  // Samples below 0 are a lead-in, which is not heard.
  const zero = Math.max(
    begins.reduce((a, b) => Math.min(a, b), Infinity),
    Math.min(
      0,
      begins.reduce((a, b) => Math.max(a, b), -Infinity),
    ),
  );
  const isWild = begins.some((begin) => isFarApart(begin - zero));
  const jumps = together(tracks.map(({ fragmented }) => jumpsIn(fragmented)));
  let timed = source;
  for (const [i, { stream, fragmented }] of tracks.entries()) {
    const startSeconds = isWild ? 0 : (begins[i] ?? 0) - zero;
    const clock = clockOf(fragmented, startSeconds, jumps[i] ?? []);
    requireLength(source.path, clock.durationSeconds);
    timed = withClock(timed, stream, clock);
  }
  return { ...timed, durationSeconds: lastEnd(timed.streams) };
}

interface ChosenTrack {
  readonly stream: SourceVideo | SourceAudio;
  readonly fragmented: FragmentedTrack;
}

/** Of the streams that are encoded; none where ffmpeg has no other way to read them than ours. */
async function fragmentedTracks(source: SourceInfo): Promise<ChosenTrack[]> {
  const { path, container } = source;
  if (isElsewhere(path) || !container.split(",").includes("mp4")) return [];
  try {
    const announced = announcedTimes(path);
    const all = await readFragmented(path, { announced });
    const movie = all.map(({ track }) => track);
    return source.streams.flatMap((stream) => {
      if (stream.kind === "text") return [];
      const track = trackOfStream(movie, source, stream);
      const fragmented = all[movie.indexOf(track)];
      return fragmented === undefined || fragmented.runs.length === 0
        ? []
        : [{ stream, fragmented }];
    });
  } catch (error) {
    // ffmpeg and `--copy` report damage.
    if (error instanceof PackError) return [];
    throw error;
  }
}

/** Does ffmpeg add the durations of a track up? */
function isAddedUp({ track, runs }: FragmentedTrack): boolean {
  return (
    track.samples.count === 0 &&
    track.edits.length === 0 &&
    runs.every(({ decoded }) => decoded === undefined)
  );
}

/** When its first sample is presented, in seconds. */
function beginOf({
  track: { timescale },
  runs,
  begins,
}: FragmentedTrack): number {
  const ticks = (begins[0] ?? 0n) + offsetOf(runs[0]);
  return Number(ticks) / timescale;
}

function offsetOf(run: FragmentRun | undefined): bigint {
  return BigInt(run?.compositionOffset[0] ?? 0);
}

type Clock = Omit<FragmentClock, "toldSeconds"> & {
  readonly durationSeconds: number;
};

/** A smaller step cannot be heard, and clocks round. */
const WORTH_A_STEP_SECONDS = 0.001;

/** Where the sum of durations departs from the true times, and the length of the track. */
function clockOf(
  { track: { timescale }, runs, begins }: FragmentedTrack,
  startSeconds: number,
  jumps: readonly FragmentJump[],
): Clock {
  const steps: ClockStep[] = [];
  const zero = begins[0] ?? 0n;
  const jumpAt = new Map(jumps.map((jump) => [jump.run, jump.bySeconds]));
  let [sum, later, jumped] = [0, 0, 0];
  for (const [i, run] of runs.entries()) {
    const begin = begins[i];
    const shift = Number(offsetOf(run) - offsetOf(runs[0]));
    jumped += jumpAt.get(i) ?? 0;
    if (begin !== undefined) {
      const off = (Number(begin - zero) - sum) / timescale - jumped;
      if (Math.abs(off - later) > WORTH_A_STEP_SECONDS) {
        const fromSeconds = (sum + shift) / timescale;
        steps.push({ fromSeconds, bySeconds: off - later });
        later = off;
      }
    }
    sum += run.duration.reduce((a, b) => a + b, 0);
  }
  const durationSeconds = sum / timescale + later;
  return {
    ...{ startSeconds, steps, durationSeconds },
    ...(jumps.length > 0 && { jumps }),
  };
}

/** The same limit as for files whose packets are read. */
function requireLength(path: string, seconds: number): void {
  if (seconds <= LONGEST_FILM_SECONDS) return;
  throw new PackError(
    "input",
    `${path}: its fragments claim to fill ${Math.round(seconds)} s. Expected at most a month.`,
    { hint: "The file's times are damaged: no film can be made of them." },
  );
}

function withClock(
  source: SourceInfo,
  stream: SourceVideo | SourceAudio,
  { durationSeconds, ...clock }: Clock,
): SourceInfo {
  return withStream(source, {
    ...stream,
    ...{ startSeconds: clock.startSeconds, durationSeconds },
    fragmentClock: { ...clock, toldSeconds: stream.startSeconds },
  });
}

/** A picture may stand still for ten minutes. A longer hole is a jump of the clock, or an error. */
const LONGEST_HOLE_SECONDS = 600;

/** Tracks that jump together do so within a few fragments. */
const TOGETHER_SECONDS = 10;

/** A jump of the clock, before the fragment of that number. */
interface FragmentJump extends ClockJump {
  readonly run: number;
}

/** Do two tracks begin so far apart that one of them is wrong? */
function isFarApart(seconds: number): boolean {
  return seconds > LONGEST_HOLE_SECONDS;
}

/** The gaps between a track's fragments that are too large for holes, in the order of the file. */
function jumpsIn({
  track: { timescale },
  runs,
  begins,
}: FragmentedTrack): FragmentJump[] {
  const jumps: FragmentJump[] = [];
  let due = begins[0] ?? 0n;
  let sum = 0;
  for (const [run, { duration }] of runs.entries()) {
    const begin = begins[run] ?? due;
    const bySeconds = Number(begin - due) / timescale;
    if (Math.abs(bySeconds) > LONGEST_HOLE_SECONDS)
      jumps.push({ run, bySeconds, atSeconds: sum / timescale });
    const ticks = duration.reduce((a, b) => a + b, 0);
    due = begin + BigInt(ticks);
    sum += ticks;
  }
  return jumps;
}

/** Tracks that jump together keep their places beside one another: all jump by the smallest step. */
export function together(all: readonly FragmentJump[][]): FragmentJump[][] {
  return all.map((jumps) =>
    jumps.map((jump, i) => {
      const others = all.flatMap((each) => each[i] ?? []);
      const least = Math.min(...others.map(({ bySeconds }) => bySeconds));
      const isShared =
        others.length === all.length &&
        jump.bySeconds - least < TOGETHER_SECONDS;
      return isShared ? { ...jump, bySeconds: least } : jump;
    }),
  );
}
