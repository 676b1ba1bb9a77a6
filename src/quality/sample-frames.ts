import type { FragmentGrid, FrameRange } from "../media/fragment-length.js";
import { ratio } from "../media/time.js";

/** A scene is judged by so many seconds. */
const WINDOW_SECONDS = 2;

/** Fragments of a window: whole ones, about two seconds. */
export function windowFrames({ frameRate, gopFrames }: FragmentGrid): number {
  const gopSeconds = gopFrames / ratio(frameRate);
  return gopFrames * Math.max(1, Math.round(WINDOW_SECONDS / gopSeconds));
}

/** Up to so many seconds of film, so many windows: what they cost stays a small part of the encode. */
const COUNTS = [
  { seconds: 120, windows: 6 },
  { seconds: 300, windows: 8 },
  { seconds: 900, windows: 9 },
  { seconds: 1800, windows: 12 },
  { seconds: Infinity, windows: 16 },
] as const;

export function windowCount(seconds: number): number {
  const row = COUNTS.find((each) => seconds < each.seconds);
  return row?.windows ?? 16;
}

/** The golden ratio: its multiples never fall into step with the rhythm of shots. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Another set of places that are as even. */
export const OTHER_PHASE = 0.5;

/**
 * Windows spread evenly over a film, each at its own place in its part of it: with equal steps, samples fall into the
 * rhythm of shots. The same film has the same windows.
 *
 * @param frameCount of the package
 * @param count of windows; all of the film when it has no more
 * @param phase 0 to 1, for windows at other places
 */
export function sampleWindows(
  grid: FragmentGrid,
  frameCount: number,
  count: number,
  phase = 0,
): FrameRange[] {
  const frames = windowFrames(grid);
  // A last window that is not whole is left out, unless it is all.
  const whole = Math.max(1, Math.floor(frameCount / frames));
  if (whole <= count)
    return Array.from({ length: whole }, (_, i) =>
      windowAt(i, frames, frameCount),
    );
  return Array.from({ length: count }, (_, i) => {
    const place = (i + fraction((i + 1) * GOLDEN + phase)) / count;
    return windowAt(Math.floor(place * whole), frames, frameCount);
  });
}

function windowAt(i: number, frames: number, frameCount: number): FrameRange {
  const from = i * frames;
  const last = Math.max(from + 1, frameCount - UNCERTAIN);
  return { from, to: Math.min(from + frames, last) };
}

/** A source may end a frame or two before its length says. */
const UNCERTAIN = 2;

function fraction(value: number): number {
  return value - Math.floor(value);
}
