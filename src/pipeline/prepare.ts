import { findTools, hasFilters, type Tools } from "../ffmpeg/find.js";
import { isUrl } from "../ffmpeg/input-options.js";
import { isHdr, TONE_MAPPERS } from "../plan/colour-filters.js";
import { isReadable, type CopyFacts } from "../plan/copyable.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { rateOf } from "../plan/plan-streams.js";
import { makePlan } from "../plan/plan.js";
import { DEFAULT_PRESET, type Preset } from "../plan/preset.js";
import { loadPreset } from "../plan/read-preset.js";
import { applySettings } from "../plan/settings.js";
import { withSuggestions } from "../plan/suggest-copy.js";
import { probe } from "../probe/probe.js";
import type { SourceInfo } from "../probe/source-info.js";
import type { PlanOptions } from "./options.js";

export interface Prepared {
  readonly plan: EncodePlan;
  readonly tools: Tools;
}

/**
 * The steps before any work: looks at the input and decides what will be made of it.
 *
 * @param suggest tell also what `copy` could take as it is
 * @throws PackError `usage`, `preset`, `tool`, `input` or `aborted`
 */
export async function prepare(
  input: string,
  options: PlanOptions,
  suggest = false,
): Promise<Prepared> {
  const preset = await loadPreset(options.preset ?? DEFAULT_PRESET);
  const tools = await findTools(options);
  const source = await probe(input, tools, options);
  const { video } = source;
  const toneMap =
    video !== undefined &&
    isHdr(video) &&
    (await hasFilters(tools.ffmpeg.path, TONE_MAPPERS));
  const facts = await copyFacts(source, preset, options, suggest);
  const make = (settings: PlanOptions) =>
    makePlan(source, preset, settings, { toneMap }, facts);
  const plan = make(options);
  return { plan: suggest ? withSuggestions(plan, options, make) : plan, tools };
}

/** What could be copied, where that is asked for. Costs a look into the file's tables. */
async function copyFacts(
  source: SourceInfo,
  preset: Preset,
  options: PlanOptions,
  suggest: boolean,
): Promise<CopyFacts | undefined> {
  const isAsked = suggest || (options.copy?.length ?? 0) > 0;
  if (!isAsked || !isReadable(source.container) || isUrl(source.path))
    return undefined;
  const { gopSeconds } = applySettings(preset, options);
  const { readCopyable } = await import("../tracks/read-copyable.js");
  const rate = source.video && rateOf(source.video).rate;
  return readCopyable(source, rate, gopSeconds);
}
