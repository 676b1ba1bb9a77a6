import type { EncodePlan, PlanStream, Rung } from "../plan/encode-plan.js";
import type { Tools } from "../ffmpeg/find.js";

/** Makes the encoded rungs of a plan, on this machine or elsewhere. */
export interface Engine {
  /** ffmpeg's arguments for each run, as `mss-pack plan` shows them; files lie in `folder`. */
  commands(plan: EncodePlan, folder: string): string[][];
  /** The steps that make the rungs. Those of a stage may run side by side, when the stage before is done. */
  stages(plan: EncodePlan): EncodeStep[][];
  /** How many steps of a stage run side by side. */
  lanes(plan: EncodePlan, threads: number): number;
  /**
   * Does one step. Its files are whole when this resolves.
   *
   * @throws PackError `input` when the source gives nothing, `encode` with ffmpeg's
   * last words, `output` when the disk refuses, `aborted` when the signal fired
   */
  run(
    plan: EncodePlan,
    step: EncodeStep,
    context: EncodeContext,
  ): Promise<EncodedStep>;
  /** The rungs' files when all steps are done. */
  rungs(plan: EncodePlan, folder: string): EncodedRung[];
}

/** A part of the work that a separate run may do. */
export interface EncodeStep {
  /** Unique in the plan. */
  readonly name: string;
  /** The work, such as `encode` or `encode, pass 1 of 2`. */
  readonly label: string;
  /** Its part of the whole work; those of all steps add up to 1. */
  readonly share: number;
  /** Files of steps of earlier stages that it reads. */
  readonly needs: readonly StepFiles[];
}

/** Files that a step has made. */
export interface StepFiles {
  /** The step's name. */
  readonly step: string;
  /** Only files whose names begin so; left out: all. */
  readonly begin?: string;
}

/** Findings of a step about the source. */
export interface EncodedStep {
  /** Names of the files that it made. */
  readonly files: readonly string[];
  /** Lines of ffmpeg about damage; the caller decides whether that is too much. */
  readonly complaints: readonly string[];
  /** Harmless findings, in words. */
  readonly notes: readonly string[];
  /** It began in the middle of the source, where decoders complain about what they have not seen. */
  readonly hasSought?: boolean;
}

export interface EncodeContext {
  /** Folder for the encoded files. It exists, and holds the files of earlier steps. */
  readonly folder: string;
  readonly tools: Tools;
  readonly signal?: AbortSignal | undefined;
  /** Threads of a step that encodes a film in one; left out: as many as ffmpeg and x264 take. */
  readonly threads?: number | undefined;
  /** How much ffmpeg gives way to other programs, 0 to 19. */
  readonly nice?: number | undefined;
  readonly onProgress?: ((progress: EncodeProgress) => void) | undefined;
}

/**
 * A rung as media: one or more mp4 files that follow one another. A copied rung's file
 * is the source itself, which has other tracks too.
 */
export interface EncodedRung {
  /** The rung's stream. */
  readonly stream: PlanStream;
  readonly rung: Rung;
  readonly pieces: readonly string[];
}

export interface EncodeProgress {
  /** Done share of this step, 0 to 1. */
  readonly fraction: number;
  /** Frames encoded a second; 0 before ffmpeg gives it. */
  readonly framesPerSecond: number;
  /** Seconds of film encoded in a second; 0 before ffmpeg gives it. */
  readonly speed: number;
}
