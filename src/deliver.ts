import { resolve } from "node:path";
import type { ProtectionRequest } from "./drm/index.js";
import {
  openPackageFolder,
  type PackageFolder,
} from "./output/output-folder.js";
import { lookAtStanding } from "./output/existing-package.js";
import type { TrackFile } from "./mux/track-file.js";
import type { Delivered, DeliverOptions } from "./options.js";
import { OUTPUTS } from "./outputs.js";
import type { LostTime } from "./probe/damage-log.js";
import { requireNoFaults } from "./requirements.js";
import {
  otherProtection,
  protectedPackage,
  type ProtectedFile,
} from "./protected-package.js";
import { describePackage } from "./result.js";
import { stampOf, type Job } from "./output/job.js";
import type { Tools } from "./ffmpeg/find.js";

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
