import { PackError } from "../errors.js";
import { openPlan, packageOf } from "../tasks/open-plan.js";
import { readRecord } from "../tasks/records.js";
import { stagesOf } from "../tasks/task-plan.js";
import type { WorkStore } from "../tasks/work-store.js";
import type { Connected } from "./connect.js";
import {
  taskJob,
  type FilmData,
  type FilmResult,
  type TaskStep,
  type Tries,
} from "./jobs.js";

/** What a film still needs. */
export type Next =
  { readonly steps: readonly TaskStep[] } | { readonly finished: FilmResult };

/**
 * The steps of a film that can be done now: those of the first stage that is not done, or the package. The disk alone
 * tells, so whatever was lost of the queue is found again.
 *
 * @throws PackError `input` when the plan is gone, or is of another film
 */
export async function nextSteps(film: string, plan: string): Promise<Next> {
  const { tasks, store } = await openPlan(plan);
  if (tasks.id !== film)
    throw new PackError("input", `${plan}: is another plan now.`, {
      hint: "Submit the film again.",
    });
  const manifest = await packageOf({ store });
  if (manifest !== undefined) return { finished: { manifest } };
  let first = 0;
  for (const stage of stagesOf(tasks.plan)) {
    const numbers = stage.map((_, i) => first + i);
    const steps = await missing(store, numbers);
    if (steps.length > 0) return { steps };
    first += stage.length;
  }
  return { steps: ["package"] };
}

/** Questions to a disk, which may be far away, at a time. */
const AT_ONCE = 32;

async function missing(
  store: WorkStore,
  numbers: readonly number[],
): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < numbers.length; i += AT_ONCE) {
    const some = numbers.slice(i, i + AT_ONCE);
    const records = await Promise.all(
      some.map((number) => readRecord(store, number)),
    );
    found.push(...some.filter((_, k) => records[k] === undefined));
  }
  return found;
}

/** Jobs that are sent to the store in one message. */
const CHUNK = 1000;

/** Adds steps of a film as children of its job. Those that are there already are left alone. */
export async function addSteps(
  { films, tasks }: Connected,
  film: string,
  data: FilmData,
  steps: readonly TaskStep[],
  tries: Tries,
): Promise<void> {
  const parent = { id: film, queue: films.qualifiedName };
  const jobs = steps.map((step) => {
    const job = taskJob(film, data, step, tries);
    return { ...job, opts: { ...job.opts, parent } };
  });
  for (let i = 0; i < jobs.length; i += CHUNK)
    await tasks.addBulk(jobs.slice(i, i + CHUNK));
}
