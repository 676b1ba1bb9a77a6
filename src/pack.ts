import { resolve } from "node:path";
import { judgeDamage, readDamage, refuseCutOff } from "./damage.js";
import { ENGINES } from "./encode/index.js";
import { openPackageFolder } from "./folder/package-folder.js";
import { lookAtStanding } from "./folder/standing.js";
import type { PackOptions, PackResult, PlanOptions } from "./options.js";
import { OUTPUTS } from "./outputs.js";
import type { EncodePlan } from "./plan/encode-plan.js";
import { isHdr, TONE_MAPPERS } from "./plan/colour-filters.js";
import { makePlan } from "./plan/plan.js";
import { loadPreset } from "./plan/preset-file.js";
import { DEFAULT_PRESET } from "./plan/preset.js";
import { probe } from "./probe/probe.js";
import { packResult } from "./result.js";
import { requireNoFindings, requireWhole } from "./requirements.js";
import { describeJob, stampOf, type Job } from "./stamp/job.js";
import { findTools, hasFilters, type Tools } from "./tools/find.js";

/**
 * Decides what {@link pack} would do with a file, without doing it.
 *
 * @throws PackError as {@link pack} does
 */
export async function plan(
  input: string,
  options: PlanOptions = {},
): Promise<EncodePlan> {
  return (await prepare(input, options)).plan;
}

/**
 * Makes a Smooth Streaming package of a media file: the whole walk.
 *
 * @param input path of the file
 * @returns what was written, after it was read back and found right
 * @throws PackError with a code: `usage`, `preset`, `input`, `encode`, `mux`, `verify`,
 * `output`, `exists`, `tool` or `aborted`; nothing half-written is left behind
 */
export async function pack(
  input: string,
  options: PackOptions,
): Promise<PackResult> {
  const { plan, tools } = await prepare(input, options);
  const job = await describeJob(plan, tools, options);
  try {
    const standing = await lookBefore(plan, job, options);
    return typeof standing === "object"
      ? standing
      : await make(plan, tools, job, standing, options);
  } finally {
    job.content?.close();
  }
}

async function make(
  plan: EncodePlan,
  tools: Tools,
  job: Job,
  difference: string | undefined,
  options: PackOptions,
): Promise<PackResult> {
  const { onProgress, salvage = false } = options;
  refuseCutOff(plan, salvage);
  const engine = ENGINES[options.engine ?? "local"];
  const format = OUTPUTS[options.format ?? "smooth"];
  const files = format.files(plan);
  const folder = await openPackageFolder(options.output, files, {
    overwrite: options.overwrite ?? false,
    resume: options.resume ?? false,
    neededBytes: plan.estimate.diskBytes,
    source: plan.source.path,
    signal: options.signal,
    difference,
    job,
  });
  const { work, signal } = folder;
  try {
    options.onPlan?.(plan, tools);
    void job.content?.hash(); // beside the encoder, which does not wait for the disk
    const notes = new Set<string>(); // of two passes each says the same
    const encoded = await engine.encode(plan, {
      folder: folder.encoded,
      once: folder.once,
      tools,
      signal,
      onComplaints: (complaints) =>
        judgeDamage(plan, complaints, {
          folder: folder.encoded,
          tools,
          signal,
          salvage,
        }),
      onNote: (note) => notes.add(note),
      onProgress: (progress) => onProgress?.({ step: "encode", ...progress }),
    });
    const tracks = await format.mux(plan, encoded, work, {
      tfdt: options.tfdt,
      signal,
      onProgress: (fraction) =>
        onProgress?.({ step: "mux", label: "package", fraction }),
    });
    const missing = requireWhole(plan, tracks, salvage);
    const damage = await readDamage(folder.encoded);
    const lost = damage.length > 0 ? damage : missing;
    await format.manifests(plan.name, tracks, work, await stampOf(job));
    const report = await format.verify(plan.name, work, {
      decodeWith: options.verify === "full" ? tools : undefined,
      signal,
      onProgress: (fraction) =>
        onProgress?.({ step: "verify", label: "verify", fraction }),
    });
    requireNoFindings(report);
    const { target } = folder;
    const made = {
      plan,
      report,
      files,
      folder: work,
      target,
      skipped: false,
      lost,
      notes: [...notes],
    };
    const result = await packResult(made);
    await folder.publish();
    return result;
  } catch (error) {
    throw await folder.abandon(error);
  }
}

async function prepare(
  input: string,
  options: PlanOptions,
): Promise<{ plan: EncodePlan; tools: Tools }> {
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

/**
 * With `skipExisting`: looks at the package that stands there already.
 *
 * @returns the result when it is the same, else in what it differs, as far as one can tell
 */
async function lookBefore(
  plan: EncodePlan,
  job: Job,
  { skipExisting, output, signal, format }: PackOptions,
): Promise<PackResult | string | undefined> {
  if (!skipExisting) return undefined;
  const target = resolve(output);
  const kind = OUTPUTS[format ?? "smooth"];
  const files = kind.files(plan);
  const { report, difference } = await lookAtStanding(target, files, job, () =>
    kind.verify(plan.name, target, { signal }),
  );
  if (report === undefined) return difference;
  const folder = target;
  return packResult({
    plan,
    report,
    files,
    folder,
    target,
    skipped: true,
    lost: [],
    notes: [],
  });
}
