import { rm } from "node:fs/promises";
import type { EncodedRung } from "../encode/index.js";
import { bitrateNotes } from "../media/level-bitrates.js";
import type { TrackFile } from "../media/presentation.js";
import { withOutput, type OutputFolder } from "../output/output-folder.js";
import { describeJob, stampOf, type Job } from "../output/stamp.js";
import { type EncodePlan, textStreams } from "../plan/encode-plan.js";
import { requireAbleEncoders } from "./able-encoders.js";
import { cutsOf, plannedText } from "./captions.js";
import { withCodecData } from "../smooth/presentation.js";
import { readDamage, refuseCutOff } from "./damage.js";
import { encode, type EncodeRungs } from "./encode.js";
import { existingPackage, finishPackage } from "./finish-package.js";
import { writeManifests, writeTracks, preload } from "./formats.js";
import { withLoudnessOnce, withMeasuredLoudness } from "./loudness.js";
import type {
  PackEvents,
  PackOptions,
  PackResult,
  PlanOptions,
} from "./options.js";
import { filesOfPlan, probeAndPlan, sourcesOf } from "./probe-and-plan.js";
import { clearPictureNotes, protectionNotes } from "./protected-package.js";
import { lowestOf, writeSidecars } from "./sidecars.js";
import { emptyBufferNotes, requireWhole } from "./requirements.js";
import {
  resolveOptions,
  resolvePlanOptions,
  type ResolvedOptions,
} from "./resolve-options.js";

/**
 * Decides what {@link pack} would do with a file, without the work.
 *
 * @throws PackError as {@link pack} does
 */
export async function plan(
  input: string,
  options: PlanOptions = {},
): Promise<EncodePlan> {
  const resolved = await resolvePlanOptions(options);
  const made = await probeAndPlan(input, resolved, true);
  return withMeasuredLoudness(made, resolved);
}

/**
 * Makes a Smooth Streaming package of a media file: the whole walk.
 *
 * @param input path of the file
 * @returns the package, after it was read back and found right
 * @throws PackError with a code: `usage`, `preset`, `input`, `unsupported`, `encode`, `mux`, `verify`,
 * `output`, `exists`, `tool` or `aborted`; nothing half-written is left behind
 */
export async function pack(
  input: string,
  options: PackOptions,
): Promise<PackResult> {
  const { onPlan, onProgress } = options;
  const resolved = await resolveOptions(options);
  return packResolved(input, { ...resolved, onPlan, onProgress });
}

type ResolvedJob = ResolvedOptions & PackEvents;

/** {@link pack} with options that are resolved once for many inputs. */
export async function packResolved(
  input: string,
  options: ResolvedJob,
): Promise<PackResult> {
  const plan = await probeAndPlan(input, options);
  refuseCutOff(plan, options.salvage);
  return packPlanned(plan, options, encode);
}

/**
 * Makes the package of a plan.
 *
 * @param encodeRungs has the rungs ready: encodes them, or brings what other machines have encoded
 * @throws PackError as {@link pack} does
 */
export async function packPlanned(
  plan: EncodePlan,
  options: ResolvedJob,
  encodeRungs: EncodeRungs,
): Promise<PackResult> {
  const { tools, signal } = options;
  await requireAbleEncoders(plan, tools, signal);
  const job = await describeJob(plan, tools, options, signal);
  try {
    return await makePackage(plan, job, options, encodeRungs);
  } finally {
    job.content?.close();
  }
}

async function makePackage(
  asked: EncodePlan,
  job: Job,
  options: ResolvedJob,
  encodeRungs: EncodeRungs,
): Promise<PackResult> {
  const { formats, protection, tools, salvage } = options;
  const files = filesOfPlan(formats, asked);
  const { delivered, difference } = await existingPackage(job, files, options);
  if (delivered) return { ...delivered, plan: asked };
  const target = {
    ...options,
    ...{ files, job, difference },
    sources: await sourcesOf(asked, tools),
    neededBytes: asked.estimate.diskBytes,
    onUpload: (fraction: number) =>
      options.onProgress?.({ step: "upload", label: "upload", fraction }),
    isSecret: protection !== undefined,
    prepare: protection?.keepKey,
  };
  return withOutput(target, async (out) => {
    preload(formats); // while ffmpeg works
    void job.content?.hash(); // beside the work, which does not wait for the disk
    const plan = await withLoudnessOnce(asked, out, {
      ...options,
      signal: out.signal,
    });
    options.onPlan?.(plan, tools);
    const { rungs, notes } = await encodeRungs(plan, out, options);
    const muxed = await muxRungs(plan, rungs, out, options);
    const tracks = withCodecData(muxed.tracks, options);
    const missing = requireWhole(plan, tracks, salvage);
    const damage = await readDamage(out.encoded);
    const lost = damage.lost.length > 0 ? damage.lost : missing;
    const made = { plan, tracks, picture: await lowestOf(plan, rungs) };
    const sidecars = await writeSidecars(made, out, tools);
    // Encoded rungs are clear, so they are removed before the package is published.
    if (protection) await rm(out.encoded, { recursive: true });
    const stamp = await stampOf(job, lost);
    const { name } = plan;
    const described = { name, tracks, sidecars, stamp };
    await writeManifests(formats, described, out.work);
    const allNotes = [
      ...out.notes,
      ...notes,
      ...damage.notes,
      ...muxed.notes,
      ...trackNotes(tracks),
      ...(protection ? clearPictureNotes(sidecars) : []),
    ];
    const written = { name, files, tracks, lost, notes: allNotes };
    return { ...(await finishPackage(written, out, options)), plan };
  });
}

async function muxRungs(
  plan: EncodePlan,
  rungs: readonly EncodedRung[],
  { work, encoded, signal }: OutputFolder,
  { formats, tfdt, layout, protection, onProgress }: ResolvedJob,
): Promise<{ tracks: TrackFile[]; notes: string[] }> {
  const { cutRungs } = await import("../mux/cut-rungs.js");
  const media = await cutRungs(plan, rungs, work);
  const cuts = cutsOf(media[0]);
  const text = await plannedText(textStreams(plan), cuts, encoded, work);
  const notes = emptyBufferNotes(plan, media);
  const tracks = await writeTracks(formats, [...media, ...text], {
    ...{ tfdt, layout, protection, signal },
    onProgress: (fraction) =>
      onProgress?.({ step: "mux", label: "package", fraction }),
  });
  return { tracks, notes };
}

function trackNotes(tracks: readonly TrackFile[]): string[] {
  const levels = tracks.filter(({ format }) => format.kind === "video");
  return [...bitrateNotes(levels), ...protectionNotes(tracks)];
}
