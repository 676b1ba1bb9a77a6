import { rm } from "node:fs/promises";
import { ENGINES } from "../encode/index.js";
import { requireDecoded } from "../encode/nothing-decoded.js";
import { bitrateNotes } from "../media/level-bitrates.js";
import { describeJob } from "../output/job.js";
import type { PackageFolder } from "../output/output-folder.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { judgeDamage, readDamage, refuseCutOff } from "./damage.js";
import { deliver, type WrittenTracks } from "./deliver.js";
import { OUTPUTS } from "./formats.js";
import type { PackOptions, PackResult, PlanOptions } from "./options.js";
import { prepare, type Prepared } from "./prepare.js";
import { protectionNotes } from "./protected-package.js";
import {
  refuseSalvagedCopy,
  requireProtectable,
  requireWhole,
} from "./requirements.js";

/**
 * Decides what {@link pack} would do with a file, without doing it.
 *
 * @throws PackError as {@link pack} does
 */
export async function plan(
  input: string,
  options: PlanOptions = {},
): Promise<EncodePlan> {
  return (await prepare(input, options, true)).plan;
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
  await requireProtectable(options);
  refuseSalvagedCopy(options);
  const prepared = await prepare(input, options);
  const { plan, tools } = prepared;
  refuseCutOff(plan, options.salvage ?? false);
  const job = await describeJob(plan, tools, options, options.signal);
  const delivery = {
    ...{ job, tools },
    files: OUTPUTS[options.format ?? "smooth"].files(plan),
    sources: [plan.source.path],
    neededBytes: plan.estimate.diskBytes,
    protection: options.protection,
    writeTracks: (folder: PackageFolder) =>
      encodeAndMux(prepared, folder, options),
  };
  try {
    return { ...(await deliver(delivery, options)), plan };
  } finally {
    job.content?.close();
  }
}

async function encodeAndMux(
  { plan, tools }: Prepared,
  { encoded: folder, work, once, signal }: PackageFolder,
  options: PackOptions,
): Promise<WrittenTracks> {
  const { onProgress, salvage = false } = options;
  options.onPlan?.(plan, tools);
  const engine = ENGINES[options.engine ?? "local"];
  const notes = new Set<string>(); // of two passes each says the same
  const encoded = await engine.encode(plan, {
    ...{ folder, once, tools, signal },
    onComplaints: (complaints) =>
      judgeDamage(plan, complaints, { folder, tools, signal, salvage }),
    onNote: (note) => notes.add(note),
    onProgress: (progress) => onProgress?.({ step: "encode", ...progress }),
  });
  await requireDecoded(encoded, plan.source.path);
  const format = OUTPUTS[options.format ?? "smooth"];
  const tracks = await format.mux(plan, encoded, work, {
    tfdt: options.tfdt,
    layout: options.layout,
    protection: options.protection,
    signal,
    onProgress: (fraction) =>
      onProgress?.({ step: "mux", label: "package", fraction }),
  });
  const missing = requireWhole(plan, tracks, salvage);
  const damage = await readDamage(folder);
  const lost = damage.lost.length > 0 ? damage.lost : missing;
  // Encoded rungs are clear: they do not wait for the package to be published.
  if (options.protection) await rm(folder, { recursive: true });
  const levels = tracks.filter(({ format }) => format.kind === "video");
  const told = [...bitrateNotes(levels), ...protectionNotes(tracks)];
  return { tracks, lost, notes: [...notes, ...damage.notes, ...told] };
}
