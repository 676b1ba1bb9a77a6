import { join } from "node:path";
import type { PackOptions } from "../pipeline/options.js";
import { planTasks } from "../tasks/plan-tasks.js";
import { stepsOf } from "../tasks/task-plan.js";
import { addFilms, forgetFilm } from "./add-films.js";
import type { Connected } from "./connect.js";
import type { Tries } from "./jobs.js";

export interface SubmitOptions {
  /** Folder that all workers see under the same path. */
  readonly work: string;
  readonly priority: number;
  readonly tries: Tries;
  readonly signal: AbortSignal;
}

/** What became of a film that was submitted. */
export interface Submitted {
  /** Of its plan, and so of its job. */
  readonly id: string;
  readonly input: string;
  readonly plan: string;
  readonly steps: number;
  /** `known`: the same film is in the queue already. `done`: its package is there. `again`: it had failed. */
  readonly state: "queued" | "known" | "again" | "done";
}

/**
 * Plans a film, and puts it into the queue unless it is there.
 *
 * @throws PackError as {@link planTasks}
 */
export async function submit(
  connected: Connected,
  input: string,
  options: PackOptions,
  { work, priority, tries, signal }: SubmitOptions,
): Promise<Submitted> {
  const { path, tasks, isDone } = await planTasks(input, options, (id) =>
    join(work, id),
  );
  const { id } = tasks;
  const steps = stepsOf(tasks).length;
  const submitted = { id, input, plan: path, steps };
  const known = await connected.films.getJob(id);
  const state = await known?.getState();
  if (isDone && (state === undefined || state === "completed"))
    return { ...submitted, state: "done" };
  const hasEnded = state === "completed" || state === "failed";
  if (known !== undefined && !hasEnded && !known.data.cancelled)
    return { ...submitted, state: "known" };
  if (known !== undefined) await forgetFilm(connected, id, signal);
  await addFilms(
    connected,
    [{ id, input, plan: path, steps, priority }],
    tries,
  );
  return { ...submitted, state: state === "failed" ? "again" : "queued" };
}
