import type { FragmentGrid } from "../media/fragment-length.js";
import { ratio } from "../media/time.js";

/** Key frames on the grid and nowhere else, or clients could not switch rungs. */
export function keyFrameOptions(grid: FragmentGrid): string[] {
  const { gopFrames, cuts, joined } = grid;
  const none = ["-sc_threshold", "0"];
  const force = (where: string) => ["-force_key_frames", where];
  if (joined !== undefined)
    return [
      // One interval goes on over the joint: it may be twice as long, if the film turns
      // out longer.
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

/**
 * Of an encoder for which the interval is only the longest: each key frame is forced, at the same places.
 */
export function forcedKeyFrameOptions(grid: FragmentGrid): string[] {
  const { gopFrames, cuts, joined } = grid;
  const longest = joined === undefined ? gopFrames : 2 * gopFrames;
  const inGrid = `expr:not(mod(n,${gopFrames}))`;
  const notJoined = joined === undefined ? "" : `*not(eq(n,${joined}))`;
  return [
    ...["-g", String(longest)],
    ...["-force_key_frames"],
    cuts ? forcedTimes(grid, cuts) : inGrid + notJoined,
  ];
}

function intervals(longest: number, shortest = longest): string[] {
  return ["-g", String(longest), "-keyint_min", String(shortest)];
}

/**
 * Old ffmpegs round each time to the nearest frame; new ones take the first frame that
 * is not earlier. A time a quarter of a frame before it means the same frame to both,
 * and milliseconds are exact enough for that.
 */
function forcedTimes(
  { frameRate }: FragmentGrid,
  cuts: readonly number[],
): string {
  const seconds = (frame: number) =>
    Math.max(0, (frame - 0.25) / ratio(frameRate));
  return cuts.map((frame) => seconds(frame).toFixed(3)).join(",");
}
