import type { FfprobeStream } from "./ask-ffprobe.js";
import { countOf, has, streamSeconds } from "./stream-facts.js";

/**
 * The picture that is a film: the largest one among those with many frames over the
 * whole length. Neither place nor flag decides: a thumbnail may come first and be
 * marked as default.
 */
export function bestVideo(
  videos: readonly FfprobeStream[],
): FfprobeStream | undefined {
  const most = Math.max(...videos.map((each) => countOf(each) ?? 0));
  const longest = Math.max(...videos.map(streamSeconds));
  return best(videos, (stream) => [
    (countOf(stream) ?? most) * MANY_FRAMES >= most,
    isLong(stream, longest),
    !has(stream, "still_image"),
    (stream.width ?? 0) * (stream.height ?? 0),
    has(stream, "default"),
  ]);
}

/** A film has at least this share of another picture's frames: one picture a second beside 25 is no film. */
const MANY_FRAMES = 8;

/**
 * The picture's main sound: no description for the blind and no commentary. A dub is a
 * whole sound, but the film's own sound comes before it. Among equals the one that the
 * file marks, else the first.
 */
export function bestAudio(
  audioStreams: readonly FfprobeStream[],
): FfprobeStream | undefined {
  const longest = Math.max(...audioStreams.map(streamSeconds));
  return best(audioStreams, (stream) => [
    -sideRole(stream),
    isLong(stream, longest),
    has(stream, "default"),
    has(stream, "original"),
  ]);
}

/** How far a sound is from a film's main one; 0 for a main sound. */
export function sideRole(stream: FfprobeStream): number {
  const roles = SIDE_ROLES.findIndex((names) =>
    names.some((name) => has(stream, name)),
  );
  const titleRole = SIDE_TITLE.test(stream.tags?.["title"] ?? "") ? 0 : -1;
  const role = roles === -1 ? titleRole : roles;
  return role === -1 ? 0 : SIDE_ROLES.length - role;
}

/** Dispositions of sounds for some listeners only, the furthest from the main sound first. */
const SIDE_ROLES: readonly (readonly string[])[] = [
  [
    ...["comment", "descriptions", "visual_impaired", "dependent"],
    ...["clean_effects", "karaoke", "non_diegetic"],
  ],
  ["hearing_impaired"],
  ["dub"],
];

/** Many files give the role only in the title. */
const SIDE_TITLE = /\bcommentary\b|\baudio.?description\b|\bdescriptive\b/i;

/** The order of a file's streams decides where nothing else does. */
function best(
  streams: readonly FfprobeStream[],
  virtues: (stream: FfprobeStream) => readonly (number | boolean)[],
): FfprobeStream | undefined {
  return streams
    .map((stream) => ({ stream, virtues: virtues(stream).map(Number) }))
    .reduce<{ stream: FfprobeStream; virtues: number[] } | undefined>(
      (a, b) => (a !== undefined && !isBetter(b.virtues, a.virtues) ? a : b),
      undefined,
    )?.stream;
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i !== -1 && (a[i] ?? 0) > (b[i] ?? 0);
}

function isLong(stream: FfprobeStream, longest: number): boolean {
  const seconds = streamSeconds(stream);
  return seconds === 0 || seconds >= longest / 2;
}
