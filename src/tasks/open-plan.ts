import { dirname, resolve } from "node:path";
import { PackError } from "../errors.js";
import { exists } from "../util/files.js";
import { readTaskPlan, type TaskPlan } from "./task-plan.js";
import { workFolder } from "./work-folder.js";
import type { WorkStore } from "./work-store.js";

/** A plan, and the place where its steps leave their files. */
export interface OpenPlan {
  readonly tasks: TaskPlan;
  readonly store: WorkStore;
}

/** @throws PackError `input` when there is no plan */
export async function openPlan(path: string): Promise<OpenPlan> {
  const plan = resolve(path);
  return { tasks: await readTaskPlan(plan), store: workFolder(dirname(plan)) };
}

/** Name of the file that tells of the finished package. */
export const RESULT = "package.json";

/** Written when the package stands in its place. */
export async function writeResult(
  store: WorkStore,
  manifest: string,
): Promise<void> {
  await store.write(RESULT, JSON.stringify({ manifest }));
}

/** Path of the finished package's .ism; undefined when there is none, or when it was removed since. */
export async function packageOf({
  store,
}: Pick<OpenPlan, "store">): Promise<string | undefined> {
  const text = await store.read(RESULT);
  if (text === undefined) return undefined;
  const { manifest = "" } = JSON.parse(text) as { manifest?: string };
  return (await exists(manifest)) ? manifest : undefined;
}

/** Another machine may be at it: the step may be tried again. */
export function tooEarly(what: string, step: string): PackError {
  return new PackError("encode", `${what}: "${step}" is not done.`, {
    hint: "Run the steps before it first.",
    facts: { passing: true, step },
  });
}
