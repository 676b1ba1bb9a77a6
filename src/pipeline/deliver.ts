import { stat } from "node:fs/promises";
import { resolve, join } from "node:path";
import type { ProtectionRequest } from "../drm/index.js";
import type { Tools, ToolPaths } from "../ffmpeg/find.js";
import type { TrackFile } from "../media/presentation.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { lookAtStanding } from "../output/existing-package.js";
import { stampOf, type Job } from "../output/job.js";
import {
  openPackageFolder,
  type PackageFolder,
} from "../output/output-folder.js";
import type { LostTime } from "../probe/source-info.js";
import { version } from "../util/install.js";
import type { VerifyReport } from "../verify/verify.js";
import { OUTPUTS } from "./formats.js";
import type { Delivered, DeliverOptions } from "./options.js";
import {
  otherProtection,
  protectedPackage,
  type ProtectedFile,
  type ProtectedPackage,
} from "./protected-package.js";
import { requireNoFaults } from "./requirements.js";

/** A package that is to be, whatever its tracks are made of. */
export interface Delivery {
  /** What it is made of, and its name. */
  readonly job: Job;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  /** Paths of the files that it is made of: never replaced. */
  readonly sources: readonly string[];
  /** Refuse to begin when the disk has less room than this. */
  readonly neededBytes: number;
  /** What is made on the way must not be kept for another run then: it is clear, and the package will not be. */
  readonly protection: ProtectionRequest | undefined;
  /** To decode what was written; a package is read back in full only with them. */
  readonly tools: Tools | undefined;
  /** What may be to blame, beside mss-pack, when a package that was written does not decode: a sentence. */
  readonly decodeHint?: string | undefined;
  /** Writes the track files into `folder.work`. */
  writeTracks(folder: PackageFolder): Promise<WrittenTracks>;
  /** Writes the manifests into the folder; left out: they are made of the tracks. */
  readonly writeManifests?: (folder: string) => Promise<void>;
}

export interface WrittenTracks {
  readonly tracks: readonly TrackFile[];
  /** Times of the source that could not be decoded. */
  readonly lost: readonly LostTime[];
  /** What was noticed only while working, in words. */
  readonly notes: readonly string[];
  /** How files are protected that are not made of tracks. */
  readonly protectedFiles?: readonly ProtectedFile[];
}

/**
 * Brings a package to its place: has its tracks written in a hidden folder, adds
 * the manifests, reads all of it back and publishes it; or leaves nothing behind.
 * With `skipExisting` the same package that stands there already is taken instead.
 *
 * @throws PackError `verify`, `output`, `exists`, `usage`, `input` or `aborted`, and what `writeTracks` throws
 */
export async function deliver(
  delivery: Delivery,
  options: DeliverOptions,
): Promise<Delivered> {
  const { skipExisting = false } = options;
  const before = skipExisting ? await lookBefore(delivery, options) : undefined;
  return typeof before === "object"
    ? before
    : await make(delivery, before, options);
}

/** @returns the package when it is the same, else in what it differs, as far as one can tell */
async function lookBefore(
  { job, files, protection }: Delivery,
  { output, signal, format }: DeliverOptions,
): Promise<Delivered | string | undefined> {
  const folder = resolve(output);
  const kind = OUTPUTS[format ?? "smooth"];
  const standing = await lookAtStanding(folder, files, job, () =>
    kind.verify(job.name, folder, { signal }),
  );
  if (standing.report === undefined) return standing.difference;
  const { report, lost } = standing;
  const otherwise = await otherProtection(report, protection);
  if (otherwise !== undefined) return otherwise;
  const place = { files, folder, target: folder };
  return describePackage({
    ...{ ...place, report, lost },
    ...{ notes: [], skipped: true },
    protection: await protectedPackage(protection, []),
  });
}

async function make(
  delivery: Delivery,
  difference: string | undefined,
  options: DeliverOptions,
): Promise<Delivered> {
  const { job, files } = delivery;
  const { overwrite = false, resume = false } = options;
  const folder = await openPackageFolder(options.output, files, {
    ...{ overwrite, resume, difference, job },
    neededBytes: delivery.neededBytes,
    isSecret: delivery.protection !== undefined,
    sources: delivery.sources,
    signal: options.signal,
  });
  try {
    const loaded = OUTPUTS[options.format ?? "smooth"].load();
    void job.content?.hash(); // beside the work, which does not wait for the disk
    const [written] = await Promise.all([delivery.writeTracks(folder), loaded]);
    const report = await finish(written, delivery, folder, options);
    const { work, target } = folder;
    const place = { files, folder: work, target };
    const { lost, notes } = written;
    const result = await describePackage({
      ...place,
      report,
      lost,
      notes,
      skipped: false,
      protection: await protectedPackage(
        delivery.protection,
        written.protectedFiles ?? written.tracks,
      ),
    });
    await folder.publish(delivery.protection?.keepKey);
    return result;
  } catch (error) {
    throw await folder.abandon(error);
  }
}

/** Adds the manifests and reads all of the package back. */
async function finish(
  { tracks, lost }: WrittenTracks,
  { job, tools, protection, decodeHint, writeManifests }: Delivery,
  { work, signal }: PackageFolder,
  { format, verify, onProgress }: DeliverOptions,
) {
  const kind = OUTPUTS[format ?? "smooth"];
  if (writeManifests) await writeManifests(work);
  else await kind.manifests(job.name, tracks, work, await stampOf(job, lost));
  const report = await kind.verify(job.name, work, {
    isOurs: writeManifests === undefined,
    decodeWith: verify === "full" ? tools : undefined,
    contentKey: protection?.contentKey,
    signal,
    onProgress: (fraction) =>
      onProgress?.({ step: "verify", label: "verify", fraction }),
  });
  requireNoFaults(report, decodeHint);
  return report;
}

interface MadePackage {
  readonly report: VerifyReport;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  /** Where the files lie now. */
  readonly folder: string;
  /** Where they will lie. */
  readonly target: string;
  readonly skipped: boolean;
  readonly lost: readonly LostTime[];
  readonly notes: readonly string[];
  readonly protection: ProtectedPackage | undefined;
}

/** What the caller is told of a package. */
async function describePackage(made: MadePackage): Promise<Delivered> {
  const { report, files, folder, target, skipped, lost, notes, protection } =
    made;
  const sizes = files.map(async (file) => {
    const { size } = await stat(join(folder, file));
    return { file, bytes: size };
  });
  return {
    manifest: join(target, files.at(-1) ?? ""),
    folder: target,
    files: await Promise.all(sizes),
    durationSeconds: report.duration / SMOOTH_TIMESCALE,
    skipped,
    lost,
    notes,
    ...(protection && { protection }),
    report,
  };
}

/**
 * What a delivery is that encodes nothing: no later run can go on from it or take it
 * for its own, and ffmpeg is only asked to decode.
 *
 * @param name base name of the package
 * @throws PackError `tool` when the package is to be decoded and there is no ffmpeg
 */
export async function finishedMedia(
  name: string,
  options: ToolPaths & Pick<DeliverOptions, "verify">,
): Promise<Pick<Delivery, "job" | "tools" | "decodeHint">> {
  return {
    job: {
      ...{ name, version: version(), content: undefined },
      ...{ settings: "", ffmpeg: "" },
    },
    tools: options.verify === "full" ? await toolsOf(options) : undefined,
    decodeHint:
      "Samples are taken as they are: what they were taken from may decode no better.",
  };
}

/** The code that looks for programs is loaded when it is wanted. */
export async function toolsOf(paths: ToolPaths) {
  const { findTools } = await import("../ffmpeg/find.js");
  return findTools(paths);
}
