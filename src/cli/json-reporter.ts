import { remainingSeconds } from "./eta.js";
import type { Reporter } from "./reporter.js";

/** Progress no more often than this. */
const PROGRESS_EVERY_MS = 1000;

/** One JSON object a line on stdout; docs/json.md describes each type. */
export function jsonReporter(): Reporter {
  const eta = remainingSeconds();
  let lastMs = 0;
  let lastStep = "";
  return {
    plan: (plan, tools) => write({ type: "plan", plan, tools }),
    progress(progress) {
      const nowMs = Date.now();
      const isDue =
        nowMs - lastMs >= PROGRESS_EVERY_MS || progress.step !== lastStep;
      const left = eta(progress);
      if (!isDue && progress.fraction < 1) return;
      lastMs = nowMs;
      lastStep = progress.step;
      write({ type: "progress", ...progress, remainingSeconds: left });
    },
    result: ({ plan, report, ...result }) =>
      write({
        type: "result",
        ...result,
        name: plan.name,
        tracks: report.tracks,
        notes: plan.notes,
        skipped: plan.skipped,
      }),
    close: () => undefined,
  };
}

function write(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
