import type { FragmentGrid } from "../media/cut-times.js";
import { ratio } from "../media/time.js";

/** Key frames on the grid and nowhere else, or rungs could not be switched. */
export function keyFrameOptions(grid: FragmentGrid): string[] {
  const { gopFrames, cuts, joined } = grid;
  const none = ["-sc_threshold", "0"];
  const force = (where: string) => ["-force_key_frames", where];
  if (joined !== undefined)
    return [
      // One interval goes on over the joint: it may be twice as long, should the film turn out longer.
      ...intervals(2 * gopFrames, gopFrames),
      ...none,
      ...force(`expr:not(mod(n,${gopFrames}))*not(eq(n,${joined}))`),
    ];
  return [
    ...intervals(gopFrames),
    ...none,
    // No interval is longer than the longest, and each begins at a time.
    ...(cuts ? force(forcedTimes(grid, cuts)) : []),
  ];
}

function intervals(longest: number, shortest = longest): string[] {
  return ["-g", String(longest), "-keyint_min", String(shortest)];
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
