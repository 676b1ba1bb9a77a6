import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { WorkerOptions } from "bullmq";
import { messageOf } from "../errors.js";
import type { Connected } from "./connect.js";
import { doFilm } from "./do-film.js";
import { doTask, type TaskJob } from "./do-task.js";
import {
  FILM_QUEUE,
  TASK_QUEUE,
  type FilmData,
  type FilmResult,
  type TaskData,
} from "./jobs.js";
import { startMetrics } from "./metrics.js";
import type { TaskState, WorkOptions } from "./work-options.js";

/** A worker whose server is away gives up its tasks without telling it. */
const LONGEST_FAREWELL_MS = 10_000;

/** Films say what comes next, which takes a moment. */
const FILMS_AT_ONCE = 4;

/**
 * Does tasks of a queue until the signal fires. Then it gives back those that it has begun.
 *
 * @throws PackError `usage` when the port of the metrics cannot be had
 */
export async function work(
  connected: Connected,
  options: WorkOptions,
): Promise<void> {
  const { signal, onTask } = options;
  const counts = new Map<TaskState, number>();
  const told = {
    ...options,
    onTask: (...[event]: Parameters<typeof onTask>) => {
      counts.set(event.state, (counts.get(event.state) ?? 0) + 1);
      onTask(event);
    },
  };
  const metrics = await startMetrics(connected, counts, options.metrics);
  const shutdown = new AbortController();
  const workers = [
    filmWorker(connected, options),
    taskWorker(connected, told, shutdown.signal),
  ];
  try {
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    options.onReady(metrics?.url);
    // Only now, so that its own line stands before those of its steps.
    for (const worker of workers) worker.run().catch(connected.onError);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    const closed = Promise.all(workers.map((worker) => worker.close()));
    shutdown.abort();
    const late = new AbortController();
    await Promise.race([
      closed,
      delay(LONGEST_FAREWELL_MS, undefined, { signal: late.signal }).catch(
        () => undefined,
      ),
    ]);
    late.abort();
    await metrics?.close();
  }
}

function filmWorker(connected: Connected, { timing }: WorkOptions) {
  const { classes, onError } = connected;
  const worker = new classes.Worker<FilmData, FilmResult | undefined>(
    FILM_QUEUE,
    (job, token) => doFilm(connected, job, token, timing.tries),
    { ...workerOptions(connected, timing), concurrency: FILMS_AT_ONCE },
  );
  return worker.on("error", onError);
}

function taskWorker(
  connected: Connected,
  options: WorkOptions,
  shutdown: AbortSignal,
) {
  const { classes, onError } = connected;
  const worker = new classes.Worker<TaskData, TaskState>(
    TASK_QUEUE,
    async (job, _token, lost) =>
      told(job, options, () =>
        doTask(connected, job, { lost, shutdown }, options),
      ),
    {
      ...workerOptions(connected, options.timing),
      concurrency: options.concurrency,
    },
  );
  worker.on("error", onError);
  // Another worker may have them now: two do the same, and one of them for nothing.
  worker.on("lockRenewalFailed", (ids) =>
    ids.forEach((id) => worker.cancelJob(id)),
  );
  return worker;
}

/**
 * A worker that dies is no fault of its step: machines that are lent out are taken back at any moment. What
 * fails by itself has tries of its own.
 */
const MOST_LOST_WORKERS = 100;

function workerOptions(
  { connection }: Connected,
  { lockMs }: WorkOptions["timing"],
): WorkerOptions {
  return {
    ...{ connection, lockDuration: lockMs, stalledInterval: lockMs },
    autorun: false,
    maxStalledCount: MOST_LOST_WORKERS,
  };
}

/** Tells the begin of a task and its end. */
async function told(
  job: TaskJob,
  { onTask }: WorkOptions,
  work: () => Promise<TaskState>,
): Promise<TaskState> {
  const { data } = job;
  onTask({ ...data, state: "begun" });
  try {
    const state = await work();
    onTask({ ...data, state });
    return state;
  } catch (error) {
    const { name } = error as Error;
    const isGiven = name === "WaitingError";
    const isLast =
      name === "UnrecoverableError" ||
      job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    const state = isGiven ? "given back" : isLast ? "failed" : "again";
    onTask({ ...data, state, ...(!isGiven && { message: messageOf(error) }) });
    throw error;
  }
}
