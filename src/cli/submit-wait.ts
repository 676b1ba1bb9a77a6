import type { PackError } from "../errors.js";
import type { Connected } from "../queue/connect.js";
import type { FilmStatus } from "../queue/list-films.js";
import type { Submitted } from "../queue/submit.js";
import { failureOf } from "./errors.js";
import { followOn, type FollowUpFlags } from "./follow-up.js";
import { say, writeLine } from "./process.js";

export interface WaitFlags extends FollowUpFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Waits for the end of films, and has follow on each what the flags say.
 *
 * @returns why some are not packaged
 */
export async function waitForAll(
  connected: Connected,
  films: readonly Submitted[],
  flags: WaitFlags,
  signal: AbortSignal,
): Promise<PackError[]> {
  const { failureError, waitForFilm } = await import("../queue/wait.js");
  const failures: PackError[] = [];
  await Promise.all(
    films
      .filter(({ state }) => state !== "done")
      .map(async ({ id, input }) => {
        const film = await waitForFilm(connected, id, signal, (status) =>
          tellStatus(status, flags),
        );
        const isDone = film?.state === "done";
        const error = isDone ? undefined : failureError(input, film);
        const object =
          error === undefined ? filmLine(film) : failureLine(input, error);
        await follow(film, object, flags, signal);
        if (error !== undefined) failures.push(error);
        if (error === undefined && film) tellStatus(film, flags);
        if (error !== undefined && films.length > 1)
          tellFailure(input, error, flags);
      }),
  );
  return failures;
}

async function follow(
  film: FilmStatus | undefined,
  object: object,
  flags: WaitFlags,
  signal: AbortSignal,
): Promise<void> {
  const manifest = film?.manifest;
  const line = (notes: readonly string[]) => ({
    ...object,
    ...(notes.length > 0 && { notes }),
  });
  const context = { say: flags.quiet ? () => undefined : say, signal };
  const notes = await followOn(flags, { manifest, line }, context);
  for (const note of notes)
    if (flags.json) writeLine({ type: "trouble", message: note });
    else say(`note: ${note}`);
}

function filmLine(film: FilmStatus | undefined): object {
  return { type: "film", ...film };
}

function failureLine(input: string, error: PackError): object {
  return { type: "film", input, state: "failed", ...failureOf(error) };
}

function tellStatus(film: FilmStatus, { json, quiet }: WaitFlags): void {
  if (json) return writeLine(filmLine(film));
  const { input, state, done, steps, manifest } = film;
  if (!quiet)
    say(
      state === "done"
        ? `${input}: done, ${manifest}`
        : `${input}: ${done} of ${steps} steps`,
    );
}

export function tellFailure(
  input: string,
  error: PackError,
  { json }: WaitFlags,
): void {
  if (json) writeLine(failureLine(input, error));
  else say(`${input}: ${error.message}`);
}
