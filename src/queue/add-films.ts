import type { FlowJob } from "bullmq";
import { setTimeout as delay } from "node:timers/promises";
import { PackError, throwIfAborted } from "../errors.js";
import type { Connected } from "./connect.js";
import {
  FILM_QUEUE,
  KEPT,
  TASK_QUEUE,
  taskJob,
  type FilmData,
  type Tries,
} from "./jobs.js";

/** A film for the queue, with the id of its plan. */
export interface NewFilm extends FilmData {
  readonly id: string;
}

/**
 * Adds films to the queue, in few messages. One that is in the queue with the same plan is left alone. A film is two
 * jobs until its turn comes, and only then one for each step.
 */
export async function addFilms(
  { classes, connection, onError }: Connected,
  films: readonly NewFilm[],
  tries: Tries,
): Promise<void> {
  const producer = new classes.FlowProducer({ connection });
  producer.on("error", onError);
  try {
    for (let i = 0; i < films.length; i += CHUNK)
      await producer.addBulk(
        films.slice(i, i + CHUNK).map((film) => flowOf(film, tries)),
      );
  } finally {
    await producer.close();
  }
}

const CHUNK = 500;

function flowOf({ id, ...data }: NewFilm, tries: Tries): FlowJob {
  const { attempts, delayMs } = tries;
  const open = taskJob(id, data, "open", tries);
  return {
    ...{ name: "film", queueName: FILM_QUEUE, data },
    opts: {
      ...{ ...KEPT, jobId: id, priority: data.priority, attempts },
      backoff: { type: "exponential", delay: delayMs },
      stackTraceLimit: 1,
    },
    children: [{ ...open, queueName: TASK_QUEUE }],
  };
}

/** Tasks of a film that has ended stop within seconds; those of a machine that is lost, with their lock. */
const LONGEST_WAIT_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Forgets a film and its tasks. What is encoded stays in the work folder.
 *
 * @throws PackError `passing` when a worker does not stop
 */
export async function forgetFilm(
  { films }: Connected,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    throwIfAborted(signal);
    const job = await films.getJob(id);
    if (job === undefined) return;
    try {
      await job.remove({ removeChildren: true });
      return;
    } catch (error) {
      if (!/locked/.test(String(error))) throw error;
    }
    if (Date.now() > deadline)
      throw new PackError(
        "passing",
        `${job.data.input}: a worker is still at it.`,
        { hint: "Try again in a minute." },
      );
    await delay(PAUSE_MS);
  }
}
