import { hasFilters } from "../ffmpeg/find.js";
import { isUrl } from "../ffmpeg/input-options.js";
import { isHdr, TONE_MAPPERS } from "../plan/colour-filters.js";
import { isReadable, type CopyFacts } from "../plan/copyable.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { rateOf } from "../plan/plan-video.js";
import { makePlan, type PlanSettings } from "../plan/plan.js";
import { applySettings } from "../plan/settings.js";
import { withSuggestions } from "../plan/suggest-copy.js";
import { probe } from "../probe/probe.js";
import { type SourceInfo, videoIn } from "../probe/source-info.js";
import { plannedCaptions } from "./captions.js";
import type { ResolvedPlanOptions } from "./resolve-options.js";

/**
 * The steps before any work: looks at the input and plans the package.
 *
 * @param suggest also list what `copy` could take as it is
 * @throws PackError `usage`, `input` or `aborted`
 */
export async function probeAndPlan(
  input: string,
  options: ResolvedPlanOptions,
  suggest = false,
): Promise<EncodePlan> {
  const { tools, preset } = options;
  const source = await probe(input, tools, options);
  const video = videoIn(source);
  const toneMap =
    video !== undefined &&
    isHdr(video) &&
    (await hasFilters(tools.ffmpeg.path, TONE_MAPPERS));
  const facts = await copyFacts(source, options, suggest);
  const make = (settings: PlanSettings) =>
    makePlan(source, preset, settings, { toneMap }, facts);
  const plan = await withCaptions(make(options), options);
  return suggest ? withSuggestions(plan, options, make) : plan;
}

async function withCaptions(
  plan: EncodePlan,
  options: ResolvedPlanOptions,
): Promise<EncodePlan> {
  const { source, name, durationSeconds: seconds } = plan;
  const film = { path: source.path, name, seconds };
  const planned = await plannedCaptions(options, film, options.signal);
  const { streams, notes } = planned;
  return {
    ...plan,
    streams: [...plan.streams, ...streams],
    notes: [...plan.notes, ...notes],
  };
}

/** The tracks that could be copied, on request. Costs a look into the file's tables. */
async function copyFacts(
  source: SourceInfo,
  options: ResolvedPlanOptions,
  suggest: boolean,
): Promise<CopyFacts | undefined> {
  const isAsked = suggest || (options.copy?.length ?? 0) > 0;
  if (!isAsked || !isReadable(source.container) || isUrl(source.path))
    return undefined;
  const { fragmentSeconds } = applySettings(options.preset, options);
  const { readCopyable } = await import("../tracks/read-copyable.js");
  const video = videoIn(source);
  const rate = video && rateOf(video).rate;
  return readCopyable(source, rate, fragmentSeconds);
}
