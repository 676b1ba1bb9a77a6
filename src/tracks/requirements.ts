import { codecNamed } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE, secondsText } from "../media/time.js";
import { at, sampleDuration, trackEnd } from "../media/track.js";
import { usualDuration } from "./holes.js";
import type { SourceTrack } from "./read-track.js";

/** Rungs of one rate may differ by a frame or two at the end. */
const FRAMES_APART = 3;

/** Rungs may also differ by this share: recorders lose frames. */
const SHARE_APART = 0.005;

/** 30 and 29.97 frames a second differ by a thousandth. */
const RATES_APART = 0.0005;

/**
 * Requires one codec of all rungs: clients set up one decoder and switch between rungs
 * without a word.
 *
 * @throws PackError `unsupported` when the rungs differ in codec
 */
export function requireSameCodec(videos: readonly SourceTrack[]): void {
  const [first] = videos;
  const other = videos.find(({ track }) => track.codec !== first?.track.codec);
  if (first === undefined || other === undefined) return;
  const [one, two] = [first, other].map(
    ({ label, track }) => `${label} is ${codecNamed(track.codec).label}`,
  );
  throw new PackError(
    "unsupported",
    `${two}, and ${one}. Expected one codec for all rungs.`,
    { hint: "Package them by themselves." },
  );
}

/**
 * Requires one frame rate of all rungs: set-top boxes and Silverlight's successors show
 * a switch between rates as a stutter or a stop.
 *
 * @throws PackError `input` when the rungs differ in frame rate
 */
export function requireSameRate(videos: readonly SourceTrack[]): void {
  const [first, ...rest] = videos;
  if (first === undefined) return;
  for (const other of rest) {
    const [a, b] = [frames(first), frames(other)];
    const isAsLong = Math.abs(a - b) <= Math.max(FRAMES_APART, SHARE_APART * a);
    // Lost frames change only the mean. A clock that rounds changes only the usual
    // duration.
    const isAsFast =
      isNear(mean(first), mean(other)) || isNear(usual(first), usual(other));
    if (isAsLong && isAsFast) continue;
    if (isNear(usual(first), usual(other))) throw picturesMissing(first, other);
    throw new PackError(
      "input",
      `${other.label}: ${b} frames (${rate(other)} a second), ${first.label}: ${a} frames (${rate(first)} a second). Expected one frame rate for all rungs.`,
      { hint: "Package rungs of another rate by themselves." },
    );
  }
}

/** A fragment that is lost in one rung leaves a picture that stands for longer than all others. */
function picturesMissing(first: SourceTrack, other: SourceTrack): PackError {
  const [few, many] =
    frames(first) < frames(other) ? [first, other] : [other, first];
  return new PackError(
    "input",
    `${few.label}: ${frames(few)} frames, ${many.label}: ${frames(many)} frames of the same rate; ${whereMissing(few)}. Expected as many in all rungs.`,
    { hint: "Package the rungs that are whole, without this one." },
  );
}

function whereMissing(source: SourceTrack): string {
  const { samples } = source.track;
  let longest = 0;
  for (let i = 1; i < samples.count; i++)
    if (sampleDuration(samples, i) > sampleDuration(samples, longest))
      longest = i;
  const duration = sampleDuration(samples, longest);
  return duration < 2 * usual(source)
    ? `it ends at ${secondsText(trackEnd(samples))}`
    : `its frame at ${secondsText(at(samples.decodeTime, longest))} lasts ${secondsText(duration)}`;
}

function frames({ track }: SourceTrack): number {
  return track.samples.count;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= RATES_APART * a;
}

/** The mean duration. Leaves out the first and the last sample, which may be held. */
function mean({ track: { samples } }: SourceTrack): number {
  const [from, to] = samples.count > 3 ? [1, samples.count - 1] : [0, 1];
  const span = at(samples.decodeTime, to) - at(samples.decodeTime, from);
  return span / (to - from);
}

function usual({ track: { samples } }: SourceTrack): number {
  return usualDuration(samples);
}

function rate(source: SourceTrack): string {
  return String(Math.round((SMOOTH_TIMESCALE / mean(source)) * 1000) / 1000);
}

/**
 * A duration in a fragment has 32 bits, which are full after 429 s. A longer one would
 * be cut without an error. ISO/IEC 14496-12 8.8.8
 *
 * @throws PackError `input` naming the sample that lasts longer
 */
export function requireDurations({ track, label }: SourceTrack): void {
  const { samples } = track;
  for (let i = 0; i < samples.count; i++) {
    const duration = sampleDuration(samples, i);
    if (duration >= 0 && duration < 2 ** 32) continue;
    const time = secondsText(at(samples.decodeTime, i));
    throw new PackError(
      "input",
      `${label}: sample ${i + 1} (${time}) lasts ${secondsText(duration)}. Expected less than ${secondsText(2 ** 32)}.`,
      { hint: "The file has a gap, or its index is damaged." },
    );
  }
}

/**
 * The tracks, with sound behind that few clients play: every client begins with the
 * sound that stands first.
 *
 * @throws PackError `unsupported` when there is no other sound
 */
export function forAllFirst(tracks: readonly SourceTrack[]): SourceTrack[] {
  const audio = tracks.filter(({ kind }) => kind === "audio");
  const [first] = audio;
  if (first !== undefined && !audio.some(isForAll)) throw alone(first);
  return [...tracks].sort((a, b) => Number(isForAll(b)) - Number(isForAll(a)));
}

/** Notes on languages that few clients offer. */
export function forSomeNotes(tracks: readonly SourceTrack[]): string[] {
  const common = tracks.filter(isForAll).map(({ track }) => track.language);
  return tracks
    .filter(({ track }) => !common.includes(track.language))
    .map(
      (source) =>
        `${source.label}: no AAC-LC of its language (${source.track.language}) is beside it; players in browsers do not offer it`,
    );
}

/** Notes on pictures that few clients read. */
export function onlyInNotes(videos: readonly SourceTrack[]): string[] {
  return videos.flatMap(({ label, track }) => {
    const { label: codec, onlyIn } = codecNamed(track.codec);
    if (onlyIn === undefined) return [];
    return [
      `${label}: ${codec} is read by ${onlyIn}; players in browsers do not show it`,
    ];
  });
}

function isForAll({ track }: SourceTrack): boolean {
  return codecNamed(track.codec).isForAll !== false;
}

function alone({ label, track }: SourceTrack): PackError {
  return new PackError(
    "unsupported",
    `${label}: is ${codecNamed(track.codec).label}, which players in browsers do not play. Expected AAC-LC sound beside it.`,
    {
      hint: "Give one more file: ffmpeg -i FILE -map 0:a:0 -c:a aac -ac 2 STEREO.m4a",
    },
  );
}
