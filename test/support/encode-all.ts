import type {
  EncodeContext,
  EncodedRung,
  Engine,
} from "../../src/encode/engine.js";
import type { EncodePlan } from "../../src/plan/encode-plan.js";

/** Does all steps of a plan, one after another. */
export async function encodeAll(
  engine: Engine,
  plan: EncodePlan,
  context: EncodeContext,
): Promise<{ rungs: EncodedRung[]; complaints: string[] }> {
  const complaints: string[] = [];
  for (const step of engine.stages(plan).flat())
    complaints.push(...(await engine.run(plan, step, context)).complaints);
  return { rungs: engine.rungs(plan, context.folder), complaints };
}
