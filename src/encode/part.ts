import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { splitAtGrid } from "../plan/filters.js";
import { canSeek } from "../plan/pieces.js";
import type { FrameRange } from "../media/fragment-length.js";
import type { SourceInfo } from "../probe/source-info.js";

/** Filters need some pictures before the first one, and decoders of sound a frame. */
const LEAD_SECONDS = 1;

/**
 * Options for reading a source from a time on: from a key frame a second before it, or earlier. Times count from the
 * begin of the file all the same. `-noaccurate_seek`: the filters drop what comes before, by whole numbers. A source in
 * which nothing can be sought exactly is read from its begin.
 *
 * @param seconds on the clock of the source
 */
export function seekOptions(source: SourceInfo, seconds: number): string[] {
  if (!canSeek(source)) return [];
  const seek = seconds - LEAD_SECONDS;
  return [
    ...["-copyts", "-start_at_zero"],
    ...(seek > 0 ? ["-noaccurate_seek", "-ss", seek.toFixed(6)] : []),
  ];
}

/** Where a plan begins to read its source, in seconds; 0 for a whole film. */
export function startOfPart(plan: EncodePlan, picture?: VideoPlan): number {
  const { startSeconds = 0 } = plan;
  return picture?.frames ? startOf(picture, picture.frames) : startSeconds;
}

/** When a frame of the film is shown, on the clock of the source. */
export function startOf(
  { grid, filters }: VideoPlan,
  { from }: FrameRange,
): number {
  return from / ratio(grid.frameRate) - shiftOf(filters);
}

/** How much later the filters put each picture, in seconds. */
function shiftOf(filters: readonly string[]): number {
  const shifts = filters.map((filter) =>
    Number(/^setpts=PTS([+-][\d.]+)\/TB$/.exec(filter)?.[1] ?? 0),
  );
  return shifts.reduce((sum, shift) => sum + shift, 0);
}

/** The filters for a part of a picture. Behind the rate's filter one tick is one frame: whole numbers cut it out. */
export function partFilters(
  filters: readonly string[],
  { from, to }: FrameRange,
): string[] {
  const { toGrid, behind } = splitAtGrid(filters);
  const end = to === undefined ? "" : `:end_pts=${to}`;
  return [
    // Only what begins with the film: others would be filled from there on.
    ...(from === 0
      ? toGrid
      : toGrid.map((filter) =>
          filter.replace(/^(fps=.*):start_time=0$/, "$1"),
        )),
    `trim=start_pts=${from}${end}`,
    "setpts=PTS-STARTPTS",
    ...behind,
  ];
}
