import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writing } from "../../output/errors.js";
import type { PlannedTasks } from "../plan-tasks.js";
import { SCHEDULERS, type SchedulerName } from "./index.js";
import { jobOf } from "./job.js";

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
