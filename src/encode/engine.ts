import type { EncodePlan, PlanStream, Rung } from "../plan/encode-plan.js";
import type { Tools } from "../ffmpeg/find.js";

/** Makes the encoded rungs of a plan, here or anywhere. */
export interface Engine {
  /** ffmpeg's arguments for each run, as `mss-pack plan` shows them; files lie in `folder`. */
  commands(plan: EncodePlan, folder: string): string[][];
  /**
   * @throws PackError `input` when nothing can be made of the source, `encode` with ffmpeg's last words, `output` when the disk refuses, `aborted` when the signal fired
   */
  encode(plan: EncodePlan, context: EncodeContext): Promise<EncodedRung[]>;
}

/** Does a step's work, unless an earlier run has done it and its files are still there. */
export type Once = (step: string, work: () => Promise<void>) => Promise<void>;

export interface EncodeContext {
  /** Folder for the encoded files; it exists, and holds what steps done by an earlier run have left. */
  readonly folder: string;
  /** Remembers which steps are done; left out, all are done anew. */
  readonly once?: Once | undefined;
  readonly tools: Tools;
  /** Told what ffmpeg complained about in the source after a run; throws when that is too much. */
  readonly onComplaints?:
    ((complaints: readonly string[]) => Promise<void>) | undefined;
  /** Told in words what is noticed only while encoding and does no harm. */
  readonly onNote?: ((note: string) => void) | undefined;
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
