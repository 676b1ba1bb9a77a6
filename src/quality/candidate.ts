import type { FfmpegInput } from "../ffmpeg/command.js";
import type { FragmentGrid, FrameRange } from "../media/fragment-length.js";
import { ratio } from "../media/time.js";
import type { VideoRung } from "../plan/encode-plan.js";
import { counted } from "./reel.js";

/** A picture to be scored: a rung of the reel, or only its size without an encoder. */
export interface Candidate {
  readonly rung: VideoRung;
  /** Left out: the best that its size can show. */
  readonly media?: CandidateMedia;
}

/** Pictures that are compared with the reel, frame by frame. */
export interface CandidateMedia {
  readonly inputs: readonly FfmpegInput[];
  /**
   * Chains that end in a label, their frames counted from 0.
   *
   * @param first number of its first input
   */
  readonly filters: (first: number, label: string) => string[];
  /** undefined: the filter finds out. */
  readonly frameCount?: number;
}

/** A file that holds all windows and nothing else, such as an encoded reel. */
export function wholeFile(
  path: string,
  frameCount: number,
  grid: FragmentGrid,
): CandidateMedia {
  return {
    inputs: [{ inputOptions: READ, input: path }],
    filters: (first, label) => [`[${first}:v]${counted(grid)}${label}`],
    frameCount,
  };
}

/**
 * Windows of a finished rung: an encoded file or a track of a package. Each begins with a key frame, where it is
 * sought; a quarter of a frame before it means the same frame to every ffmpeg.
 *
 * @param windows undefined: all of the file
 */
export function finishedRung(
  path: string,
  windows: readonly FrameRange[] | undefined,
  grid: FragmentGrid,
): CandidateMedia {
  if (windows === undefined)
    return {
      inputs: [{ inputOptions: READ, input: path }],
      filters: (first, label) => [`[${first}:v]${counted(grid)}${label}`],
    };
  const rate = ratio(grid.frameRate);
  return {
    inputs: windows.map(({ from }) => ({
      inputOptions: [
        ...READ,
        ...(from === 0 ? [] : ["-ss", ((from - 0.25) / rate).toFixed(6)]),
      ],
      input: path,
    })),
    filters: (first, label) => {
      const parts = windows.map(({ from, to = from }, i) => {
        const cut = `trim=end_frame=${to - from},setpts=PTS-STARTPTS`;
        return `[${first + i}:v]${counted(grid)},${cut}${partLabel(label, i)}`;
      });
      const labels = windows.map((_, i) => partLabel(label, i)).join("");
      const joined = `concat=n=${windows.length}:v=1:a=0,${counted(grid)}`;
      return [...parts, `${labels}${joined}${label}`];
    },
  };
}

const READ = ["-f", "mp4"];

function partLabel(label: string, i: number): string {
  return label.replace("]", `_${i}]`);
}
