import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { trackEnd } from "../media/track.js";
import type { SourceTrack } from "./source-track.js";

/** Rungs of one rate may differ by a frame or two at the end. */
const FRAMES_APART = 3;

/** And by what a recorder lost. */
const SHARE_APART = 0.005;

/**
 * @throws PackError `mux` when the rungs do not have one frame rate: set-top boxes
 * and Silverlight's heirs show a switch between rates as a stutter or a stop
 */
export function requireSameRate(pictures: readonly SourceTrack[]): void {
  const [first, ...rest] = pictures;
  if (first === undefined) return;
  for (const other of rest) {
    const [a, b] = [frames(first), frames(other)];
    if (Math.abs(a - b) <= Math.max(FRAMES_APART, SHARE_APART * a)) continue;
    throw new PackError(
      "mux",
      `${other.label}: ${b} frames (${rate(other)} a second), ${first.label}: ${a} frames (${rate(first)} a second). Expected one frame rate for all rungs.`,
      { hint: "Package rungs of another rate by themselves." },
    );
  }
}

function frames({ track }: SourceTrack): number {
  return track.samples.count;
}

function rate({ track }: SourceTrack): string {
  const seconds = trackEnd(track.samples) / SMOOTH_TIMESCALE;
  return String(Math.round((track.samples.count / seconds) * 1000) / 1000);
}
