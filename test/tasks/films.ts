import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { stepsOf, readTaskPlan } from "../../src/tasks/task-plan.js";
import { runTask, type TaskRunOptions } from "../../src/tasks/run-task.js";

/** A ladder that is made in a moment, of a film in pieces. */
export const SMALL_LADDER = {
  ...{ rungs: ["160x90:120k", "80x46:50k"], encoderPreset: "ultrafast" },
  pieces: 8,
};

/** The same as words of the command. */
export const SMALL_LADDER_FLAGS = [
  ...["--rung", "160x90:120k", "--rung", "80x46:50k"],
  ...["--encoder-preset", "ultrafast", "--pieces", "8"],
];

/** SHA-256 of each file in a folder that is not hidden. */
export async function hashesOf(
  folder: string,
): Promise<Record<string, string>> {
  const all = (await readdir(folder)).sort();
  const names = all.filter((name) => !name.startsWith("."));
  const hashes = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash("sha256").update(bytes).digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

/** Does all steps of a plan, those of a stage in the other order. */
export async function runAllTasks(
  path: string,
  options: TaskRunOptions = {},
): Promise<number> {
  const steps = stepsOf(await readTaskPlan(path));
  const isEarly = (name: string) => /^(weigh|pass)/.test(name);
  const numbers = steps.map(({ name }, i) => ({ name, i }));
  const order = [
    ...numbers.filter(({ name }) => isEarly(name)).map(({ i }) => i),
    ...numbers.filter(({ name }) => name === "share out").map(({ i }) => i),
    ...numbers
      .filter(({ name }) => !isEarly(name) && name !== "share out")
      .map(({ i }) => i)
      .reverse(),
  ];
  for (const number of order) await runTask(path, number, options);
  return order.length;
}
