import { filmInput } from "../encode/ffmpeg-args.js";
import { framesOf, piecesInput } from "../encode/piece.js";
import { partFilters } from "../encode/part.js";
import type { FfmpegInput } from "../ffmpeg/command.js";
import type { FragmentGrid, FrameRange } from "../media/fragment-length.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { canSeek } from "../plan/pieces.js";

/** Windows of a film one behind the other, as one picture for ffmpeg's filters. */
export interface Reel {
  readonly windows: readonly FrameRange[];
  readonly inputs: readonly FfmpegInput[];
  /** Chains that end in `[reel]`: a frame a tick, counted from 0. */
  readonly filters: readonly string[];
  readonly frameCount: number;
}

/**
 * The windows behind the plan's own filters: what all rungs are made of. Each is sought in the source; where nothing
 * can be sought exactly, the source is read once from its begin.
 */
export function reelOf(
  plan: EncodePlan,
  picture: VideoPlan,
  windows: readonly FrameRange[],
): Reel {
  const counts = windows.map(({ from, to = from }) => to - from);
  const frameCount = counts.reduce((sum, count) => sum + count, 0);
  const source = canSeek(plan.source)
    ? soughtWindows(plan, picture, windows)
    : readWindows(plan, picture, windows);
  return { windows, frameCount, ...source };
}

type Source = Pick<Reel, "inputs" | "filters">;

function soughtWindows(
  plan: EncodePlan,
  picture: VideoPlan,
  windows: readonly FrameRange[],
): Source {
  const inputs = windows.map((window) => piecesInput(plan, picture, window));
  const labels = windows.map((_, i) => `[window${i}]`);
  const chains = windows.map((window, i) => {
    const filters = partFilters(picture.filters, framesOf(picture, window));
    return `[${i}:${picture.streamIndex}]${filters.join(",")}${labels[i]}`;
  });
  const joined = `${labels.join("")}concat=n=${windows.length}:v=1:a=0`;
  return {
    inputs,
    filters: [...chains, `${joined},${counted(picture.grid)}[reel]`],
  };
}

/** The filters run over all of the film up to the last window. */
function readWindows(
  plan: EncodePlan,
  picture: VideoPlan,
  windows: readonly FrameRange[],
): Source {
  const whole = { from: 0, to: windows.at(-1)?.to ?? 0 };
  const filters = partFilters(picture.filters, framesOf(picture, whole));
  const isInside = windows
    .map(({ from, to = from }) => `between(n,${from},${to - 1})`)
    .join("+");
  const chain = [...filters, `select='${isInside}'`, counted(picture.grid)];
  return {
    inputs: [filmInput(plan)],
    filters: [`[0:${picture.streamIndex}]${chain.join(",")}[reel]`],
  };
}

/** Frames numbered from 0, a tick each. Behind it the filter `fps` would lose the last one in ffmpegs of 2018. */
export function counted({ frameRate: { num, den } }: FragmentGrid): string {
  return `settb=${den}/${num},setpts=N`;
}
