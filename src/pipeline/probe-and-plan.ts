import { EMBEDDED, isChannel, isTextCodec } from "../captions/embedded.js";
import { hasFields } from "../captions/field-stream.js";
import { PackError } from "../errors.js";
import { hasFilters } from "../ffmpeg/find.js";
import { isElsewhere, isPackagePath } from "../ffmpeg/input-options.js";
import type { TaskContext } from "../ffmpeg/stall.js";
import { pathsIn } from "../isobmff/joined-bytes.js";
import { refusePlace } from "../output/refusals.js";
import { describeJob } from "../output/stamp.js";
import { filmTimes } from "../media/film-clock.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { fragmentTime } from "../plan/source-clock.js";
import { autoLadder } from "../plan/auto-ladder.js";
import { isHdr, TONE_MAPPERS } from "../plan/colour-filters.js";
import { isReadable, type CopyFacts } from "../plan/copyable.js";
import {
  allRungs,
  type EncodePlan,
  sidecarFiles,
} from "../plan/encode-plan.js";
import { rateOf } from "../plan/plan-video.js";
import type { PieceSettings } from "../plan/pieces.js";
import { makePlan, type PlanSettings } from "../plan/plan.js";
import { applySettings } from "../plan/settings.js";
import { planTiming } from "../plan/timing.js";
import { withSuggestions } from "../plan/suggest-copy.js";
import { probe } from "../probe/probe.js";
import {
  type IgnoredStream,
  type SourceInfo,
  videoIn,
} from "../probe/source-info.js";
import { requireAbleEncoders } from "./able-encoders.js";
import { plannedCaptions } from "./captions.js";
import type { CaptionedSource } from "./extract-captions.js";
import { withMeasuredLoudness } from "./loudness.js";
import type { PackEvents } from "./options.js";
import type { PackageFilm } from "./package-film.js";
import { packagedIn, refuseForPackage } from "./packaged-source.js";
import { refuseCutOff } from "./damage.js";
import { existingPackage } from "./finish-package.js";
import { packageFiles, type Format } from "./formats.js";
import type {
  ResolvedPlanOptions,
  ResolvedOptions,
} from "./resolve-options.js";

/**
 * The steps before any work: looks at the input and plans the package.
 *
 * @param suggest also list what `copy` could take as it is
 * @throws PackError `usage`, `input` or `aborted`
 */
export async function probeAndPlan(
  input: string,
  options: ResolvedPlanOptions & Pick<PackEvents, "onProgress">,
  suggest = false,
): Promise<EncodePlan> {
  const { tools, preset } = options;
  refuseForPackage(input, options);
  const source = await probe(input, tools, options);
  const video = videoIn(source);
  const toneMap =
    video !== undefined &&
    isHdr(video) &&
    (await hasFilters(tools.ffmpeg.path, TONE_MAPPERS));
  const facts = await copyFacts(source, options, suggest);
  const packaged = await packagedIn(source);
  const chapters = packaged?.chapters ?? [];
  const film = {
    ...withoutText(source, options),
    ...(chapters.length > 0 && { chapters }),
  };
  const make = (settings: PlanSettings & PieceSettings) =>
    makePlan(film, preset, settings, { toneMap }, facts);
  const made = make(options);
  const notes = [...(packaged?.notes ?? []), ...made.notes];
  const captioned = await withCaptions(
    ...([{ ...made, notes }, source, options, packaged] as const),
  );
  const plan = await fittedPlan(captioned, options);
  return suggest ? withSuggestions(plan, options, make) : plan;
}

/** The code that measures is loaded for ladders that need it. */
async function fittedPlan(
  plan: EncodePlan,
  options: ResolvedPlanOptions & Pick<PackEvents, "onProgress">,
): Promise<EncodePlan> {
  const ladder = autoLadder(options.preset, options);
  if (ladder === undefined) return plan;
  const { fitToFilm } = await import("./fit-to-film.js");
  return fitToFilm(plan, ladder, options);
}

/** The source without the streams of text that are asked for: the captions tell about them. */
function withoutText(
  source: SourceInfo,
  { captions = [] }: ResolvedPlanOptions,
): SourceInfo {
  const isAskedFor = ({ type, codec }: IgnoredStream) =>
    type === "subtitle" &&
    ((captions.includes(EMBEDDED) && isTextCodec(codec)) ||
      (captions.some(isChannel) && hasFields({ codec })));
  const ignored = source.ignored.filter((stream) => !isAskedFor(stream));
  return { ...source, ignored };
}

async function withCaptions(
  plan: EncodePlan,
  source: SourceInfo,
  options: ResolvedPlanOptions,
  packaged: PackageFilm | undefined,
): Promise<EncodePlan> {
  const { name, durationSeconds, filmSeconds, startSeconds = 0 } = plan;
  const endSeconds = startSeconds + durationSeconds;
  const part =
    filmSeconds === undefined ? undefined : { startSeconds, endSeconds };
  const { tools, copy } = options;
  const inside = () =>
    Promise.resolve({ tools, files: [captionedSource(source, copy)] });
  const film = {
    ...{ path: source.path, name, inside },
    seconds: filmSeconds ?? durationSeconds,
    ...(part && { part }),
    ...(packaged && packaged.text.length > 0
      ? { packaged: () => textOf(packaged, source, options) }
      : {}),
  };
  const planned = await plannedCaptions(options, film, options.signal);
  const { streams, notes, taken } = planned;
  const indexes = taken.map(({ index }) => index);
  return {
    ...plan,
    source: {
      ...source,
      streams: [...source.streams, ...taken],
      ignored: source.ignored.filter(({ index }) => !indexes.includes(index)),
    },
    streams: [...plan.streams, ...streams],
    notes: [...plan.notes, ...notes],
  };
}

/** The captions of a package, whose clock is the film's from its first picture or sound on. */
async function textOf(
  { text, zero }: PackageFilm,
  source: SourceInfo,
  { copy, signal }: ResolvedPlanOptions,
) {
  const { packagedCaptions } = await import("./package-captions.js");
  const shift = Math.round(shiftOf(source, copy) * SMOOTH_TIMESCALE);
  return packagedCaptions(text, zero - shift, signal);
}

/** What the plan adds to the times of the picture. */
function shiftOf(
  source: SourceInfo,
  copy: ResolvedPlanOptions["copy"] = [],
): number {
  const video = videoIn(source);
  return planTiming(
    ...([source, video && rateOf(video).rate, copy.includes("video")] as const),
  ).shiftSeconds;
}

/** The source's captions, with the times that the plan gives its picture. */
function captionedSource(
  source: SourceInfo,
  copy: ResolvedPlanOptions["copy"],
): CaptionedSource {
  const { path, container, ignored, clock, zeroSeconds = 0 } = source;
  const video = videoIn(source);
  const [beat = 0] = source.streams.map(({ index }) => index);
  const shiftSeconds = shiftOf(source, copy);
  const text = ignored.filter(({ type }) => type === "subtitle");
  return {
    ...{ path, container, beat, text },
    fields: [...(video ? [video] : []), ...text].filter(hasFields),
    clock: () => {
      const inFilm = clock && filmTimes(clock);
      return (time) => {
        const seconds = time / SMOOTH_TIMESCALE;
        const film = inFilm
          ? inFilm(seconds)
          : fragmentTime(video?.fragmentClock, seconds - zeroSeconds);
        return Math.round((film + shiftSeconds) * SMOOTH_TIMESCALE);
      };
    },
  };
}

/** The tracks that could be copied, on request. Costs a look into the file's tables. */
async function copyFacts(
  source: SourceInfo,
  options: ResolvedPlanOptions,
  suggest: boolean,
): Promise<CopyFacts | undefined> {
  const isAsked = suggest || (options.copy?.length ?? 0) > 0;
  if (!isAsked || !isReadable(source.container) || isElsewhere(source.path))
    return undefined;
  const { fragmentSeconds } = applySettings(options.preset, options);
  const { readCopyable } = await import("../tracks/read-copyable.js");
  const video = videoIn(source);
  const rate = video && rateOf(video).rate;
  return readCopyable(source, rate, fragmentSeconds, options);
}

/** The result that a job would have, and its refusal before the work. */
export interface DryRun {
  readonly plan: EncodePlan;
  /** The same package stands there already, and the job would leave it alone. */
  readonly isSkipped: boolean;
  /** The error that the job would throw. */
  readonly refusal?: PackError;
}

export interface DryRunOptions extends ResolvedPlanOptions {
  readonly salvage: boolean;
  /** The place of the package, when one is given. */
  readonly target?: ResolvedOptions | undefined;
  readonly onProgress?: PackEvents["onProgress"];
}

/**
 * Goes as far as `pack` does before its work. Nothing is written.
 *
 * @param suggest also list what `copy` could take as it is
 * @throws PackError `input` or `aborted`, when there is no plan
 */
export async function dryRun(
  input: string,
  options: DryRunOptions,
  suggest = true,
): Promise<DryRun> {
  const plan = await probeAndPlan(input, options, suggest);
  try {
    refuseCutOff(plan, options.salvage);
    await requireAbleEncoders(plan, options.tools, options.signal);
    const { target } = options;
    const isSkipped = target !== undefined && (await lookAt(plan, target));
    if (isSkipped) return { plan, isSkipped };
    return { plan: await withMeasuredLoudness(plan, options), isSkipped };
  } catch (error) {
    if (!(error instanceof PackError) || error.code === "aborted") throw error;
    return { plan, isSkipped: false, refusal: error };
  }
}

/** @returns true when the package is there already, false when it may be made */
async function lookAt(
  plan: EncodePlan,
  target: ResolvedOptions,
): Promise<boolean> {
  const { formats, tools, signal } = target;
  const files = filesOfPlan(formats, plan);
  const job = await describeJob(plan, tools, target, signal);
  try {
    const existing = await existingPackage(job, files, target);
    if (existing.delivered) return true;
    await refusePlace({
      ...target,
      ...{ files, difference: existing.difference },
      sources: await sourcesOf(plan, tools),
      neededBytes: plan.estimate.diskBytes,
    });
    return false;
  } finally {
    job.content?.close();
  }
}

/** The files that a film is read from, none of which may be replaced. */
export async function sourcesOf(
  { source: { path } }: EncodePlan,
  { packages }: Pick<TaskContext, "packages">,
): Promise<string[]> {
  if (packages === undefined || !isPackagePath(path)) return [path];
  return [path, ...pathsIn(await packages(path))];
}

/** Names of the files of a planned package, the .ism last. */
export function filesOfPlan(
  formats: readonly Format[],
  plan: EncodePlan,
): string[] {
  const media = allRungs(plan).map(({ file }) => file);
  return packageFiles(formats, plan.name, [...media, ...sidecarFiles(plan)]);
}
