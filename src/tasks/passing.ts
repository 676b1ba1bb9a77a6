import { errnoOf, PackError } from "../errors.js";
import { wasKilled } from "../ffmpeg/killed.js";

/** Failures of disks, lines and memory that pass by themselves, or on another machine. */
const PASSING: ReadonlySet<unknown> = new Set([
  ...["ENOSPC", "EDQUOT", "EIO", "EROFS", "ESTALE", "EBUSY", "EAGAIN"],
  ...["EMFILE", "ENFILE", "ENOMEM", "ETIMEDOUT", "ECONNRESET", "ECONNREFUSED"],
  ...["EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH", "ENOTCONN", "ENOTFOUND"],
]);

/** May the same work succeed when it is tried again, here or elsewhere? Damage in a source, say, never passes. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof PackError)) return PASSING.has(errnoOf(error));
  const { code, facts } = error;
  if (code === "aborted" || facts["passing"] === true) return true;
  return PASSING.has(facts["errno"]) || wasKilled(error);
}

/** An error that passes as one that tells so: exit code 75, sysexits.h's EX_TEMPFAIL. Others stay what they are. */
export function toldAsPassing(error: unknown): unknown {
  if (!isPassing(error)) return error;
  const { message } = error as Error;
  const { code, hint, facts = {} } = error as Partial<PackError>;
  return new PackError("passing", message, {
    cause: error,
    ...(hint !== undefined && { hint }),
    facts: { ...facts, code },
  });
}
