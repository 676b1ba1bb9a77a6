import type { JobState } from "bullmq";
import type { Failure } from "../errors.js";
import type { Connected, FilmQueue } from "./connect.js";
import { CANCELLED } from "./do-film.js";

export type FilmJob = NonNullable<Awaited<ReturnType<FilmQueue["getJob"]>>>;

/** A film in the queue. */
export interface FilmStatus {
  readonly id: string;
  readonly input: string;
  readonly plan: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  /** Steps that are done, and all of them; the package is one of them. */
  readonly done: number;
  readonly steps: number;
  readonly priority: number;
  /** When it was submitted, in ISO 8601. */
  readonly submitted: string;
  /** When it ended, in ISO 8601. */
  readonly ended?: string;
  /** Path of the .ism. */
  readonly manifest?: string;
  readonly failure?: Pick<Failure, "code" | "exit" | "message" | "hint">;
}

const STATES: readonly JobState[] = [
  ...(["active", "waiting", "prioritized", "delayed"] as const),
  ...(["waiting-children", "failed", "completed"] as const),
];

/** Questions to the server at a time. */
const AT_ONCE = 100;

/** All films of the queue, in the order of their coming. */
export async function listFilms(connected: Connected): Promise<FilmStatus[]> {
  const jobs = new Map<string, [FilmJob, JobState]>();
  for (const state of STATES)
    for (const job of await connected.films.getJobs([state]))
      jobs.set(job.id ?? "", [job, state]);
  const all = [...jobs.values()].sort(([a], [b]) => a.timestamp - b.timestamp);
  const films: FilmStatus[] = [];
  for (let i = 0; i < all.length; i += AT_ONCE)
    films.push(
      ...(await Promise.all(
        all
          .slice(i, i + AT_ONCE)
          .map(([job, state]) => statusOf(connected, job, state)),
      )),
    );
  return films;
}

export async function statusOf(
  connected: Connected,
  job: FilmJob,
  jobState: JobState | "unknown",
): Promise<FilmStatus> {
  const { id = "", data, timestamp, finishedOn, returnvalue } = job;
  const { processed = 0 } = await job.getDependenciesCount({
    processed: true,
  });
  const steps = data.steps + 1;
  const state = stateOf(job, jobState, processed);
  const { input, plan, priority } = data;
  return {
    ...{ id, input, plan, state, steps, priority },
    // The first child only opens the film; a film begun again has fewer children than steps.
    done:
      state === "done" ? steps : Math.min(steps, Math.max(0, processed - 1)),
    submitted: new Date(timestamp).toISOString(),
    ...(finishedOn !== undefined && {
      ended: new Date(finishedOn).toISOString(),
    }),
    ...(state === "done" && returnvalue && { manifest: returnvalue.manifest }),
    ...(state === "failed" && { failure: await failureOf(connected, job) }),
  };
}

function stateOf(
  { data, failedReason }: FilmJob,
  state: JobState | "unknown",
  processed: number,
): FilmStatus["state"] {
  if (state === "completed") return "done";
  if (data.cancelled || failedReason === CANCELLED) return "cancelled";
  if (state === "failed") return "failed";
  return processed === 0 ? "queued" : "running";
}

/** BullMQ only says which child has failed. */
async function failureOf(
  { tasks }: Connected,
  { failedReason }: FilmJob,
): Promise<NonNullable<FilmStatus["failure"]>> {
  const child = /child .*:(\S+) failed/.exec(failedReason)?.[1];
  const task = child === undefined ? undefined : await tasks.getJob(child);
  const failure = task?.data.failure;
  if (failure !== undefined) {
    const { code, exit, message, hint } = failure;
    return { code, exit, message, ...(hint !== undefined && { hint }) };
  }
  const message = task?.failedReason ?? failedReason;
  return { code: "encode", exit: 4, message: inWords(message) };
}

/** The one failure that BullMQ words. */
function inWords(message: string): string {
  return message.includes("stalled more than allowable limit")
    ? "The workers that were at a step ended without a word, again and again."
    : message;
}
