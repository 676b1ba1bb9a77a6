import type { PlanOptions } from "./options.js";
import { isHdr, TONE_MAPPERS } from "./plan/colour-filters.js";
import type { EncodePlan } from "./plan/encode-plan.js";
import { makePlan } from "./plan/plan.js";
import { loadPreset } from "./plan/preset-file.js";
import { DEFAULT_PRESET } from "./plan/preset.js";
import { probe } from "./probe/probe.js";
import { findTools, hasFilters, type Tools } from "./tools/find.js";

export interface Prepared {
  readonly plan: EncodePlan;
  readonly tools: Tools;
}

/**
 * The steps before any work: looks at the input and decides what will be made of it.
 *
 * @throws PackError `usage`, `preset`, `tool`, `input` or `aborted`
 */
export async function prepare(
  input: string,
  options: PlanOptions,
): Promise<Prepared> {
  const preset = await loadPreset(options.preset ?? DEFAULT_PRESET);
  const tools = await findTools(options);
  const source = await probe(input, tools, options);
  const { video } = source;
  const toneMap =
    video !== undefined &&
    isHdr(video) &&
    (await hasFilters(tools.ffmpeg.path, TONE_MAPPERS));
  return { plan: makePlan(source, preset, options, { toneMap }), tools };
}
