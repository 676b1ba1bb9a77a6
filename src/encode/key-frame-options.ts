import type { FragmentGrid } from "../media/cut-times.js";
import { ratio } from "../media/time.js";

/** Key frames on the grid and nowhere else, or rungs could not be switched. */
export function keyFrameOptions(grid: FragmentGrid): string[] {
  const gop = String(grid.gopFrames);
  return [
    ...["-g", gop],
    ...["-keyint_min", gop],
    ...["-sc_threshold", "0"],
    // No interval is longer than the longest, and each begins at a time.
    ...(grid.cuts ? ["-force_key_frames", forcedTimes(grid, grid.cuts)] : []),
  ];
}

/**
 * Old ffmpegs round each time to the nearest frame, new ones take the first
 * frame that is not earlier: a quarter of a frame before it means the same to
 * both, and milliseconds are exact enough for that.
 */
function forcedTimes(
  { frameRate }: FragmentGrid,
  cuts: readonly number[],
): string {
  const seconds = (frame: number) =>
    Math.max(0, (frame - 0.25) / ratio(frameRate));
  return cuts.map((frame) => seconds(frame).toFixed(3)).join(",");
}
