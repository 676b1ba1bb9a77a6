import { availableParallelism } from "node:os";
import type { AutoLadder } from "../plan/auto-ladder.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { measureLadder } from "../quality/measure-ladder.js";
import type { PackEvents } from "./options.js";
import type {
  ResolvedOptions,
  ResolvedPlanOptions,
} from "./resolve-options.js";
import { withTemporaryFolder } from "./temporary.js";

type FitOptions = ResolvedPlanOptions &
  Partial<Pick<ResolvedOptions, "threads" | "nice">> &
  Pick<PackEvents, "onProgress">;

/**
 * The plan with a ladder that is fitted to its film, see {@link measureLadder}. Samples lie in a folder of their own, which
 * is removed.
 */
export async function fitToFilm(
  plan: EncodePlan,
  ladder: AutoLadder,
  { tools, signal, nice, threads, onProgress }: FitOptions,
): Promise<EncodePlan> {
  return withTemporaryFolder(plan.name, signal, (folder) =>
    measureLadder(plan, ladder, {
      ...{ folder, tools, signal, nice },
      lanes: threads ?? availableParallelism(),
      onProgress: (progress) =>
        onProgress?.({ ...progress, step: "measure", label: "measure" }),
    }),
  );
}
