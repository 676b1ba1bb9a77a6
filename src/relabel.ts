import { PackError } from "./errors.js";
import type { EncodePlan } from "./plan/encode-plan.js";

/** The plan, with another name for the source: nobody knows the path of a file that stands in for standard input. */
export function relabelPlan(plan: EncodePlan, label: string): EncodePlan {
  return { ...plan, source: { ...plan.source, path: label } };
}

/** The error, with another name for a path in its message. */
export function relabelError(
  error: unknown,
  path: string,
  label: string,
): unknown {
  if (!(error instanceof PackError)) return error;
  const { code, message, hint, facts, cause, stack } = error;
  const renamed = new PackError(code, message.replaceAll(path, label), {
    ...(hint !== undefined && { hint }),
    facts,
    cause,
  });
  if (stack !== undefined) renamed.stack = stack;
  return renamed;
}
