import {
  ENGINES,
  type EncodeContext,
  type EncodedRung,
  type EncodeProgress,
  type EncodeStep,
} from "../encode/index.js";
import { PackError } from "../errors.js";
import { requireDecoded } from "../encode/judge.js";
import { DONE, progressOfSteps } from "../encode/progress.js";
import type { OutputFolder } from "../output/output-folder.js";
import { type EncodePlan, videoStream } from "../plan/encode-plan.js";
import { allOrStop, Lanes } from "../util/lanes.js";
import { damageJudge, refuseLostPart } from "./damage.js";
import type { PackEvents } from "./options.js";
import type { ResolvedOptions } from "./resolve-options.js";

/** Has the rungs of a plan ready in the folder's `encoded`. */
export type EncodeRungs = (
  plan: EncodePlan,
  out: Pick<OutputFolder, "encoded" | "once" | "signal">,
  options: EncodeOptions & Pick<PackEvents, "onProgress">,
) => Promise<{ rungs: EncodedRung[]; notes: Set<string> }>;

type EncodeOptions = Pick<
  ResolvedOptions,
  "engine" | "tools" | "salvage" | "nice" | "threads" | "ownThreads"
>;

/**
 * Does all steps of a plan that no earlier run has done.
 *
 * @returns where the rungs' files lie, and notes that arose
 * @throws PackError as the engine does, `input` when the source is damaged
 */
export const encode: EncodeRungs = async (
  plan,
  { encoded: folder, once, signal },
  options,
) => {
  const { engine: name, tools, salvage, nice, onProgress } = options;
  const engine = ENGINES[name];
  const notes = new Set<string>(); // a set, because several steps give the same notes
  const judge = damageJudge(plan, { folder, tools, signal, salvage });
  const report = progressOfSteps((progress) =>
    onProgress?.({ step: "encode", ...progress }),
  );
  const lanes = new Lanes(engine.lanes(plan, options.threads));
  for (const stage of engine.stages(plan))
    await allOrStop(stage, signal, async (step, stop) => {
      const onStep = (progress: EncodeProgress) => report(step, progress);
      const context = {
        ...{ folder, tools, nice, threads: options.ownThreads },
        ...{ signal: stop, onProgress: onStep },
      };
      const run = async () => {
        const done = await judgedStep(plan, step, { ...context, judge, name });
        done.notes.forEach((note) => notes.add(note));
        return done.files;
      };
      await once(step.name, () => lanes.run(run));
      report(step, DONE);
    });
  const rungs = engine.rungs(plan, folder);
  await requireDecoded(rungs, plan.source.path).catch((error: unknown) =>
    explainedPart(plan, error, { tools, signal }),
  );
  return { rungs, notes };
};

interface StepContext extends EncodeContext {
  readonly judge: ReturnType<typeof damageJudge>;
  /** Of the engine. */
  readonly name: ResolvedOptions["engine"];
}

/**
 * Does one step, and decides whether ffmpeg complained too much.
 *
 * @throws PackError as the engine does, `input` when the source is damaged
 */
export async function judgedStep(
  plan: EncodePlan,
  step: EncodeStep,
  { judge, name, ...context }: StepContext,
): Promise<{ files: string[]; notes: readonly string[] }> {
  const done = await ENGINES[name]
    .run(plan, step, context)
    .catch((error: unknown) => explained(plan, error, { judge, ...context }));
  return { files: [...done.files, ...(await judge(done))], notes: done.notes };
}

/** A part of which nothing decodes is no fault of the encoder, and its film may be one that plays. */
async function explainedPart(
  plan: EncodePlan,
  error: unknown,
  context: Pick<EncodeContext, "tools" | "signal">,
): Promise<never> {
  const isPossible =
    error instanceof PackError &&
    (error.code === "input" || error.code === "encode");
  if (isPossible) await refuseLostPart(plan, context);
  throw error;
}

/** A piece of which nothing decodes is no film of which nothing decodes: the whole source tells what is lost. */
async function explained(
  plan: EncodePlan,
  error: unknown,
  { judge, ...context }: Omit<StepContext, "name">,
): Promise<never> {
  const isPiece = videoStream(plan)?.pieces !== undefined;
  if (isPiece && error instanceof PackError && error.code === "input") {
    const { errors } = error.facts;
    const complaints = Array.isArray(errors) ? errors.map(String) : [];
    await judge({ files: [], complaints, notes: [] });
  }
  return explainedPart(plan, error, context);
}
