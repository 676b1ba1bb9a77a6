import type { Job } from "bullmq";
import { describeError } from "../errors.js";
import { isPassing } from "../tasks/passing.js";
import type { Connected } from "./connect.js";
import type { FilmData, FilmResult, Tries } from "./jobs.js";
import { addSteps, nextSteps } from "./next-steps.js";

type FilmJob = Job<FilmData, FilmResult | undefined>;

/**
 * Says what comes next for a film whose tasks so far are done: more tasks, or its end. It encodes nothing itself.
 *
 * @returns the film's result when its package is there
 */
export async function doFilm(
  connected: Connected,
  job: FilmJob,
  token: string | undefined,
  tries: Tries,
): Promise<FilmResult> {
  const { errors } = connected;
  const { id = "", data } = job;
  if (data.cancelled) throw new errors.UnrecoverableError(CANCELLED);
  for (;;) {
    const next = await nextSteps(id, data.plan).catch((error: unknown) => {
      if (isPassing(error)) throw error;
      throw new errors.UnrecoverableError(describeError(error).message);
    });
    if ("finished" in next) return next.finished;
    await addSteps(connected, id, data, next.steps, tries);
    // False when others have done them all in this moment.
    if (await job.moveToWaitingChildren(token ?? ""))
      throw new errors.WaitingChildrenError();
  }
}

export const CANCELLED = "Cancelled.";
