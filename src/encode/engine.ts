import type { EncodePlan, PlanStream, Rung } from "../plan/encode-plan.js";
import type { Tools } from "../ffmpeg/find.js";

/** Makes the encoded rungs of a plan, here or anywhere. */
export interface Engine {
  /** ffmpeg's arguments for each run, as `mss-pack plan` shows them; files lie in `folder`. */
  commands(plan: EncodePlan, folder: string): string[][];
  /** Names of the steps that make the rungs, one after another; each can be done by another run. */
  steps(plan: EncodePlan): string[];
  /**
   * Does one step. Its files are whole when this resolves.
   *
   * @throws PackError `input` when nothing can be made of the source, `encode` with ffmpeg's last words, `output` when the disk refuses, `aborted` when the signal fired
   */
  run(
    plan: EncodePlan,
    step: string,
    context: EncodeContext,
  ): Promise<EncodedStep>;
  /** Where the rungs lie when all steps are done. */
  rungs(plan: EncodePlan, folder: string): EncodedRung[];
}

/** What a step has noticed in the source. */
export interface EncodedStep {
  /** Lines of ffmpeg on what does not decode; whoever runs the step decides whether that is too much. */
  readonly complaints: readonly string[];
  /** What does no harm, in words. */
  readonly notes: readonly string[];
}

export interface EncodeContext {
  /** Folder for the encoded files; it exists, and holds what steps done before have left. */
  readonly folder: string;
  readonly tools: Tools;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: EncodeProgress) => void) | undefined;
}

/**
 * A rung as media: one or more mp4 files that follow one another. Of a rung that
 * is copied it is the source itself, which has other tracks too.
 */
export interface EncodedRung {
  /** The stream that it is a rung of. */
  readonly stream: PlanStream;
  readonly rung: Rung;
  readonly pieces: readonly string[];
}

export interface EncodeProgress {
  /** Done share of this step, 0 to 1. */
  readonly fraction: number;
  /** Frames encoded a second; 0 before ffmpeg knows. */
  readonly framesPerSecond: number;
  /** Seconds of film encoded in a second; 0 before ffmpeg knows. */
  readonly speed: number;
  /** What is done, such as `encode` or `encode, pass 1 of 2`. */
  readonly label: string;
}
