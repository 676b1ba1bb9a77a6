import type { Failure } from "../errors.js";

/** Films, each a parent of its tasks. Nothing is encoded here: a film only says what comes next. */
export const FILM_QUEUE = "mss-pack-films";
/** All that takes time: steps of films, and their packages. */
export const TASK_QUEUE = "mss-pack-tasks";

/** What a film's job holds. No secret may be among it: everybody who looks at the queue can read it. */
export interface FilmData {
  /** As it was given. */
  readonly input: string;
  /** Path of its plan, on every machine. */
  readonly plan: string;
  /** Number of its steps, without the package. */
  readonly steps: number;
  /** From 1, which comes first, to {@link LAST_PRIORITY}. */
  readonly priority: number;
  readonly cancelled?: true;
}

/** What a task is about: a step by its number, the package, or what is to be done first. */
export type TaskStep = number | "package" | "open";

export interface TaskData {
  readonly film: string;
  readonly input: string;
  readonly plan: string;
  readonly step: TaskStep;
  /** Of its last try. */
  readonly failure?: Failure;
}

/** What a finished film gives. */
export interface FilmResult {
  /** Path of the .ism. */
  readonly manifest: string;
}

export const LAST_PRIORITY = 1000;
export const USUAL_PRIORITY = 100;

/** A day of a farm that fails must be found on Monday. */
const DAY_SECONDS = 86_400;
export const KEPT = {
  removeOnComplete: { age: 7 * DAY_SECONDS },
  removeOnFail: { age: 30 * DAY_SECONDS },
};

/** Tries of what may pass, each twice as long after the one before. */
export interface Tries {
  readonly attempts: number;
  readonly delayMs: number;
}

/** A store that comes back after a quarter of an hour finds the film waiting. */
export const USUAL_TRIES: Tries = { attempts: 8, delayMs: 5_000 };

/** Ids have no colon (BullMQ's own sign) and are no numbers. */
export function taskId(film: string, step: TaskStep): string {
  return `${film}-${step}`;
}

/** Films that have begun go on before others of the same priority begin. */
const PLACE_IN_PRIORITY = { step: 0, open: 1 };

/** A task of a film, as BullMQ takes it. */
export function taskJob(
  film: string,
  { input, plan, priority }: FilmData,
  step: TaskStep,
  { attempts, delayMs }: Tries,
) {
  const place = PLACE_IN_PRIORITY[step === "open" ? "open" : "step"];
  const data: TaskData = { film, input, plan, step };
  return {
    name: step === "open" ? "open" : step === "package" ? "package" : "step",
    data,
    opts: {
      jobId: taskId(film, step),
      priority: 2 * priority + place,
      attempts,
      backoff: { type: "exponential", delay: delayMs },
      failParentOnFailure: true,
      stackTraceLimit: 1,
      // The film knows the result of each that is done; the package's is read by its id.
      ...(step === "package" ? KEPT : { ...KEPT, removeOnComplete: true }),
    },
  };
}
