import { PackError, errnoOf } from "../errors.js";
import { wasKilled } from "../tools/killed.js";

/** Memory may have run out because of this film, or of what else the machine did. */
const TRIES_WHEN_KILLED = 5;

/** Words of the system for what no waiting helps: it is the film that is too large, or its name too long. */
const OF_THE_FILM: ReadonlySet<unknown> = new Set(["EFBIG", "ENAMETOOLONG"]);

/** Words of the system for what the machine lacks at the moment, whatever was being done. */
const OF_THE_MACHINE: ReadonlySet<unknown> = new Set([
  ...["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "ESTALE"],
]);

/**
 * How often a film may be tried, by what went wrong: once when the fault is its
 * own, without end when it is the disk's or the machine's, for a full disk at
 * night must not send all films of the night to `failed`.
 */
export function mostTries(error: unknown): number {
  if (!(error instanceof PackError)) return 1;
  const errno = error.facts["errno"] ?? errnoOf(error.cause);
  if (OF_THE_FILM.has(errno)) return 1;
  if (OF_THE_MACHINE.has(errno)) return Infinity;
  if (wasKilled(error)) return TRIES_WHEN_KILLED;
  return error.code === "output" || error.code === "tool" ? Infinity : 1;
}

/** How long a film waits after so many tries: each time twice as long. */
export function pauseMs(tries: number, firstMs: number): number {
  return Math.min(firstMs * 2 ** (tries - 1), LONGEST_PAUSE_MS);
}

/** Whoever makes room on a disk wants to see that it helps. */
const LONGEST_PAUSE_MS = 15 * 60_000;
