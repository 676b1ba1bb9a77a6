import { stat } from "node:fs/promises";
import { join } from "node:path";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { lookAtExisting } from "../output/existing-package.js";
import type { OutputFolder } from "../output/output-folder.js";
import type { Job } from "../output/stamp.js";
import type { LostTime } from "../probe/source-info.js";
import { readClientManifest } from "../smooth/client-manifest.js";
import {
  inFolder,
  isStoreAddress,
  parseFolder,
  placeIn,
} from "../store/address.js";
import { readText } from "../store/read.js";
import { parseXml } from "../util/xml.js";
import { faultsIn } from "../verify/finding.js";
import type { VerifyOptions, VerifyReport } from "../verify/verify.js";
import type { Format } from "./formats.js";
import type { Delivered } from "./options.js";
import {
  otherProtection,
  protectedPackage,
  type ProtectedFile,
  type ProtectedPackage,
} from "./protected-package.js";
import { requireNoFaults } from "./requirements.js";
import type { Target } from "./target.js";

/**
 * The result of {@link existingPackage}: the same package, or how another one differs, as
 * far as that is known.
 */
export interface ExistingResult {
  readonly delivered?: Delivered | undefined;
  readonly difference?: string | undefined;
}

/** With `skipExisting`, looks for the finished package. */
export async function existingPackage(
  job: Job,
  files: readonly string[],
  target: Target,
): Promise<ExistingResult> {
  if (!target.skipExisting) return {};
  if (isStoreAddress(target.folder)) return storedPackage(job, files, target);
  const { folder, formats, protection, signal } = target;
  const existing = await lookAtExisting(folder, files, job, () =>
    readBack(formats, job.name, folder, { signal }),
  );
  if (existing.report === undefined) return { difference: existing.difference };
  const { report, lost } = existing;
  const otherwise = await otherProtection(report, protection);
  if (otherwise !== undefined) return { difference: otherwise };
  const delivered = await describePackage({
    ...{ files, folder, target: folder },
    ...{ report, lost, notes: [], skipped: true },
    protection: await protectedPackage(protection, []),
  });
  return { delivered };
}

/** By its stamp and the names of its files; only its client manifest is read. */
async function storedPackage(
  job: Job,
  files: readonly string[],
  target: Target,
): Promise<ExistingResult> {
  const { lookAtStored } = await import("../output/stored-package.js");
  const { folder, store, signal, overwrite } = target;
  const place = { folder, files, sources: [], overwrite, store, signal };
  const existing = await lookAtStored({ ...place, difference: undefined }, job);
  if (existing.stamp === undefined) return existing;
  const { stamp, sizes } = existing;
  const client = [...sizes.keys()].find((file) => file.endsWith(".ismc")) ?? "";
  const duration = await storedDuration(target, client);
  const report = { findings: [], tracks: [], duration };
  return {
    delivered: {
      ...{ manifest: placeIn(folder, files.at(-1) ?? ""), folder },
      files: [...sizes].map(([file, bytes]) => ({ file, bytes })),
      durationSeconds: duration / SMOOTH_TIMESCALE,
      ...{ skipped: true, lost: stamp.lost, notes: [], report },
    },
  };
}

async function storedDuration(
  { folder, store, signal }: Target,
  file: string,
): Promise<number> {
  const address = inFolder(parseFolder(folder), file);
  const text = await readText(store, address, signal);
  return readClientManifest(parseXml(Buffer.from(text ?? "")), file).duration;
}

/** The possible cause when finished media do not decode. */
export const AS_TAKEN =
  "Samples are taken as they are: what they were taken from may decode no better.";

/** A package whose files lie in the work folder. */
export interface WrittenPackage {
  readonly name: string;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  /** How its files are protected. */
  readonly tracks: readonly ProtectedFile[];
  /** Times of the source that could not be decoded. */
  readonly lost: readonly LostTime[];
  /** Notes that arose only during the work, in words. */
  readonly notes: readonly string[];
  /** Its manifests are another maker's, and may hold less than ours. */
  readonly isForeign?: boolean | undefined;
  /** The possible cause, beside mss-pack, when it does not decode: a sentence. */
  readonly decodeHint?: string | undefined;
}

/**
 * Reads the whole package back before it is published.
 *
 * @throws PackError `verify` naming the first fault, `aborted`
 */
export async function finishPackage(
  written: WrittenPackage,
  { work, target: folder, signal }: OutputFolder,
  target: Target,
): Promise<Delivered> {
  const { name, files, tracks, lost, notes } = written;
  const { formats, protection, decodeWith, onProgress } = target;
  const report = await readBack(formats, name, work, {
    isOurs: !written.isForeign,
    ...{ decodeWith, signal },
    contentKey: protection?.contentKey,
    onProgress: (fraction) =>
      onProgress?.({ step: "verify", label: "verify", fraction }),
  });
  requireNoFaults(report, written.decodeHint);
  return describePackage({
    ...{ files, folder: work, target: folder },
    ...{ report, lost, notes, skipped: false },
    protection: await protectedPackage(protection, tracks),
  });
}

/** Of several formats the first report with a fault, else the report of the last format: Smooth Streaming. */
async function readBack(
  formats: readonly Format[],
  name: string,
  folder: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const reports: VerifyReport[] = [];
  for (const format of formats) {
    const report = await format.verify?.(name, folder, options);
    if (report !== undefined) reports.push(report);
  }
  const wrong = reports.find(({ findings }) => faultsIn(findings).length > 0);
  const report = wrong ?? reports.at(-1);
  if (report === undefined) throw new Error("no format is checked");
  return report;
}

interface MadePackage {
  readonly report: VerifyReport;
  /** Names in the package, the .ism last. */
  readonly files: readonly string[];
  /** The folder of the files now. */
  readonly folder: string;
  /** The folder of the files later. */
  readonly target: string;
  readonly skipped: boolean;
  readonly lost: readonly LostTime[];
  readonly notes: readonly string[];
  readonly protection: ProtectedPackage | undefined;
}

/** The caller's report of a package. */
async function describePackage(made: MadePackage): Promise<Delivered> {
  const { report, files, folder, target, skipped, lost, notes, protection } =
    made;
  const sizes = files.map(async (file) => {
    const { size } = await stat(join(folder, file));
    return { file, bytes: size };
  });
  return {
    manifest: placeIn(target, files.at(-1) ?? ""),
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
