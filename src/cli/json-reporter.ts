import { remainingSeconds } from "./eta.js";
import type { Reporter } from "./reporter.js";

/** Progress no more often than this. */
const PROGRESS_EVERY_MS = 1000;

/**
 * One JSON object a line on stdout; docs/json.md describes each type.
 *
 * @param context keys that every line carries
 */
export function jsonReporter(
  context: Readonly<Record<string, unknown>> = {},
): Reporter {
  const write = (type: string, line: object) =>
    writeLine({ type, ...context, ...line });
  const eta = remainingSeconds();
  let lastMs = 0;
  let lastStep = "";
  return {
    plan: (plan, tools) => write("plan", { plan, tools }),
    progress(progress) {
      const nowMs = Date.now();
      const isDue =
        nowMs - lastMs >= PROGRESS_EVERY_MS || progress.step !== lastStep;
      const left = eta(progress);
      if (!isDue && progress.fraction < 1) return;
      lastMs = nowMs;
      lastStep = progress.step;
      write("progress", { ...progress, remainingSeconds: left });
    },
    result: ({ plan, report, skipped, notes, ...result }) =>
      write("result", {
        state: skipped ? "skipped" : "done",
        ...result,
        name: plan.name,
        tracks: report.tracks,
        notes: [...plan.notes, ...notes],
        skipped: plan.skipped,
      }),
    close: () => undefined,
  };
}

/** An object as a line on stdout. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
