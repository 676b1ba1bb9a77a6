import { join } from "node:path";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import type { FragmentGrid } from "../media/fragment-length.js";
import type { VideoPlan, VideoRung } from "../plan/encode-plan.js";
import { REPORTING } from "./ffmpeg-args.js";
import { deviceOptions } from "./hardware-args.js";
import { videoGraph, videoOutput } from "./picture-args.js";

/** Groups are short, so that there are several in a moment's work. */
export const TRIAL_GOP = 6;
/** The last group is not whole, as that of a film. */
export const TRIAL_FRAMES = 3 * TRIAL_GOP + 2;

/** A rung of a trial, and the file that it makes. */
export interface TrialRung {
  readonly rung: VideoRung;
  readonly path: string;
}

/**
 * A moment of a test picture through the encoder of a plan, at once in all sizes and with all settings: a device may
 * refuse one of them, or more than some at a time.
 */
export function trialCommand(
  picture: VideoPlan,
  rungs: readonly VideoRung[],
  folder: string,
): { readonly command: FfmpegCommand; readonly files: TrialRung[] } {
  const { num, den } = picture.grid.frameRate;
  const grid: FragmentGrid = {
    frameRate: picture.grid.frameRate,
    gopFrames: TRIAL_GOP,
  };
  const [{ width, height } = { width: 0, height: 0 }] = rungs;
  const trial = {
    ...picture,
    ...{ grid, streamIndex: 0 },
    filters: [`trim=end_frame=${TRIAL_FRAMES}`],
    rungs: rungs.map((rung) => ({
      ...rung,
      filters: [
        `scale=w=${rung.width}:h=${rung.height}`,
        ...["format=yuv420p", "setsar=1"],
      ],
    })),
  };
  const files = rungs.map((rung, i) => {
    const path = join(folder, `trial-${i}.mp4`);
    return { rung, path };
  });
  const command = {
    inputOptions: [...REPORTING, ...deviceOptions(picture), "-f", "lavfi"],
    input: `testsrc2=size=${width}x${height}:rate=${num}/${den}`,
    filters: videoGraph(trial, ""),
    outputs: trial.rungs.map((rung, i) => {
      const own = { path: files[i]?.path ?? "", statistics: "" };
      return videoOutput(trial, rung, `[rung${i}]`, own, "only");
    }),
  };
  return { command, files };
}
