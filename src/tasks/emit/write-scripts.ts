import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { memoryOfPiece } from "../../encode/in-pieces.js";
import { writing } from "../../output/errors.js";
import { videoStream } from "../../plan/encode-plan.js";
import type { PlannedTasks } from "../plan-tasks.js";
import { stagesOf } from "../task-plan.js";
import { SCHEDULERS, type SchedulerName } from "./index.js";
import type { ScheduledJob, Stage } from "./job.js";

/**
 * Writes what a scheduler needs into the work folder of a plan.
 *
 * @returns the command that starts it
 * @throws PackError `output` when it cannot be written
 */
export async function writeScripts(
  planned: PlannedTasks,
  scheduler: SchedulerName,
): Promise<string> {
  const job = jobOf(planned);
  const { files, start } = SCHEDULERS[scheduler](job);
  for (const { name, text, isProgram } of files) {
    const path = join(job.work, name);
    await writing(path, async () => {
      await writeFile(path, text);
      if (isProgram) await chmod(path, 0o755);
    });
  }
  return start;
}

const MEBI = 1024 * 1024;
/** Node.js, and ffmpeg where no picture is encoded. */
const BASE = 250 * MEBI;

function jobOf({ path, tasks: { plan, id } }: PlannedTasks): ScheduledJob {
  const word = plan.name.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase();
  const name = `mss-${word.replaceAll(/^-+|-+$/g, "").slice(0, 30) || "film"}-${id.slice(0, 6)}`;
  const picture = videoStream(plan);
  const memory = BASE + (picture ? memoryOfPiece(picture) : 0);
  return {
    ...{ name, plan: path, work: dirname(path), stages: stages(plan) },
    memory: Math.ceil(memory / MEBI / 50) * 50,
  };
}

function stages(plan: PlannedTasks["tasks"]["plan"]): Stage[] {
  let first = 0;
  return stagesOf(plan).map(({ length: count }) => {
    const stage = { first, count };
    first += count;
    return stage;
  });
}
