import { USUAL_TRIES, type TaskData, type Tries } from "./jobs.js";
import type { TaskSettings } from "./task-process.js";

/** Times of a worker. */
export interface WorkTiming {
  /** After so long without a sign of its worker a task is given to another one. */
  readonly lockMs: number;
  /** How often a task looks whether its film is still wanted. */
  readonly watchMs: number;
  readonly tries: Tries;
}

/** An hour's lock would be the wrong cure for lost ones: a dead worker's task would wait so long. */
export const USUAL_TIMING: WorkTiming = {
  ...{ lockMs: 30_000, watchMs: 3_000, tries: USUAL_TRIES },
};

/** What became of a task. */
export type TaskState =
  | "begun"
  | "done"
  /** Its film was cancelled, or has failed. */
  | "unwanted"
  /** Another try follows. */
  | "again"
  | "failed"
  | "given back";

export interface TaskEvent extends TaskData {
  readonly state: TaskState;
  /** Of a task that failed. */
  readonly message?: string;
}

export interface WorkOptions extends TaskSettings {
  /** Tasks at a time. */
  readonly concurrency: number;
  readonly timing: WorkTiming;
  /** Port of 127.0.0.1 for Prometheus. */
  readonly metrics?: number | undefined;
  readonly onTask: (event: TaskEvent) => void;
  readonly onReady: (metricsUrl: string | undefined) => void;
  readonly onWarning: (sentence: string) => void;
  /** Ends the worker. */
  readonly signal: AbortSignal;
}
