import type { Reporter } from "./reporter.js";

/** Says nothing; errors are told by the command itself. */
export function quietReporter(): Reporter {
  const nothing = () => undefined;
  return { plan: nothing, progress: nothing, result: nothing, close: nothing };
}
