import { setTimeout as delay } from "node:timers/promises";
import { abortedError, EXIT_CODES, PackError } from "../errors.js";
import type { Connected } from "./connect.js";
import { statusOf, type FilmStatus } from "./list-films.js";

const PAUSE_MS = 1000;

/**
 * Waits for the end of a film. Its server may be away in between.
 *
 * @param onProgress called when a step is done
 * @returns undefined when it was cancelled
 * @throws PackError `aborted` when the signal fires; the film goes on
 */
export async function waitForFilm(
  connected: Connected,
  id: string,
  signal: AbortSignal,
  onProgress: (film: FilmStatus) => void,
): Promise<FilmStatus | undefined> {
  let done = -1;
  for (;;) {
    if (signal.aborted) throw abortedError(signal);
    const job = await connected.films.getJob(id);
    if (job === undefined) return undefined;
    const film = await statusOf(connected, job, await job.getState());
    if (ENDED.has(film.state)) return film;
    if (film.done !== done) onProgress(film);
    done = film.done;
    await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

const ENDED: ReadonlySet<FilmStatus["state"]> = new Set([
  ...(["done", "failed", "cancelled"] as const),
]);

/** What a film that was not packaged is to the one who waits for it. */
export function failureError(
  input: string,
  film: FilmStatus | undefined,
): PackError {
  const failure = film?.failure;
  if (failure === undefined)
    return new PackError("aborted", `${input}: was cancelled.`);
  const { code, message, hint } = failure;
  // A bug of the task is ours all the same.
  const known =
    code in EXIT_CODES ? (code as keyof typeof EXIT_CODES) : "encode";
  return new PackError(known, message, {
    hint: [hint, "Submitted again, it keeps the steps that are done."]
      .filter((line) => line !== undefined)
      .join("\n  "),
    facts: { input, id: film?.id },
  });
}
