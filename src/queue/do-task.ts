import type { Job } from "bullmq";
import { describeError, type Failure } from "../errors.js";
import { isPassing } from "../tasks/passing.js";
import type { Connected } from "./connect.js";
import { CANCELLED } from "./do-film.js";
import type { TaskData } from "./jobs.js";
import { addSteps, nextSteps } from "./next-steps.js";
import { runTaskProcess, type TaskOutcome } from "./task-process.js";
import { filmState, watchFilm } from "./watch-film.js";
import type { TaskState, WorkOptions } from "./work-options.js";

export type TaskJob = Job<TaskData>;

/** Stop signals of a task. */
export interface Stops {
  /** Somebody else has the task now, or may have. */
  readonly lost: AbortSignal | undefined;
  /** The worker ends, and gives its tasks back. */
  readonly shutdown: AbortSignal;
}

/**
 * Does a task, and says what became of it.
 *
 * @throws what BullMQ understands: an error that can be tried again, one that cannot, or that it was given back
 */
export async function doTask(
  connected: Connected,
  job: TaskJob,
  stops: Stops,
  options: WorkOptions,
): Promise<TaskState> {
  const { errors } = connected;
  const film = await filmState(connected, job.data.film);
  if (film === "cancelled") throw new errors.UnrecoverableError(CANCELLED);
  if (film === "over") return "unwanted";
  const outcome = await run(connected, job, stops, options);
  if (outcome.state === "done") return "done";
  if (outcome.state === "failed") {
    await job.updateData({ ...job.data, failure: outcome.failure });
    const { message } = outcome.failure;
    throw outcome.isPassing
      ? new Error(message)
      : new errors.UnrecoverableError(message);
  }
  if (stops.lost?.aborted) throw new Error("The lock of this task was lost.");
  if (stops.shutdown.aborted) {
    await job.moveToWait(job.token);
    throw new errors.WaitingError();
  }
  const now = await filmState(connected, job.data.film);
  if (now === "cancelled") throw new errors.UnrecoverableError(CANCELLED);
  return "unwanted";
}

async function run(
  connected: Connected,
  job: TaskJob,
  { lost, shutdown }: Stops,
  options: WorkOptions,
): Promise<TaskOutcome> {
  const { step, plan } = job.data;
  if (step === "open") return open(connected, job, options);
  const watched = watchFilm(connected, job.data.film, options.timing.watchMs);
  const signals = [lost, shutdown, watched.signal];
  const stop = AbortSignal.any(signals.filter((one) => one !== undefined));
  try {
    return await runTaskProcess(plan, step, options, stop);
  } finally {
    watched.end();
  }
}

/** The first steps of a film are added when its turn comes, so that a long queue stays small. */
async function open(
  connected: Connected,
  { data: { film, plan } }: TaskJob,
  { timing }: WorkOptions,
): Promise<TaskOutcome> {
  try {
    const next = await nextSteps(film, plan);
    const job = await connected.films.getJob(film);
    if (job !== undefined && "steps" in next)
      await addSteps(connected, film, job.data, next.steps, timing.tries);
    return { state: "done" };
  } catch (error) {
    const failure: Failure = describeError(error);
    return { state: "failed", failure, isPassing: isPassing(error) };
  }
}
