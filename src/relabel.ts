import { resolve } from "node:path";
import { PackError } from "./errors.js";
import type { EncodePlan } from "./plan/encode-plan.js";

/** The plan, with another name for the source: nobody knows the path of a file that stands in for standard input. */
export function relabelPlan(plan: EncodePlan, label: string): EncodePlan {
  return { ...plan, source: { ...plan.source, path: label } };
}

/** The error, with another name for a path wherever it tells of it: also in commands and what programs have said. */
export function relabelError(
  error: unknown,
  path: string,
  label: string,
): unknown {
  if (!(error instanceof PackError)) return error;
  // The longer one first: a relative path is the end of the absolute one.
  const rename = (text: string) =>
    text.replaceAll(resolve(path), label).replaceAll(path, label);
  const { code, message, hint, facts, cause, stack } = error;
  const renamed = new PackError(code, rename(message), {
    ...(hint !== undefined && { hint: rename(hint) }),
    facts: renameIn(facts, rename) as PackError["facts"],
    ...("cause" in error && { cause }),
  });
  if (stack !== undefined) renamed.stack = rename(stack);
  return renamed;
}

/** The same plain data with all its texts renamed. */
function renameIn(data: unknown, rename: (text: string) => string): unknown {
  if (typeof data === "string") return rename(data);
  if (Array.isArray(data))
    return data.map((item: unknown) => renameIn(item, rename));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      renameIn(value, rename),
    ]),
  );
}
