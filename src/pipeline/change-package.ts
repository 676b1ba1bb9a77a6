import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PackError } from "../errors.js";
import type { ReadStream } from "../media/presentation.js";
import { rescaleExact, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { writing } from "../output/errors.js";
import {
  settleFolder,
  withOutput,
  type OutputFolder,
} from "../output/output-folder.js";
import { refuseExisting } from "../output/refusals.js";
import { jobWithoutSource } from "../output/stamp.js";
import { decodeManifest } from "../smooth/manifest-file.js";
import { requirePlain } from "../smooth/package-files.js";
import { filesOfManifests } from "../smooth/sidecars.js";
import { exists, writeNew } from "../util/files.js";
import { AS_TAKEN } from "./finish-package.js";
import {
  filesOfPackage,
  readFinished,
  type FinishedPackage,
} from "./finished-package.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { requireNoFaults } from "./requirements.js";
import { writeOthersOf } from "./rewrite-package.js";
import { resolveTarget, toolsToDecode } from "./target.js";

/** Options of every job that changes a package where it stands. */
export type ChangeOptions = Omit<FinishedOptions, "output" | "overwrite">;

/** A package that gets or loses streams in its own folder. */
export interface PackageChange {
  readonly finished: FinishedPackage;
  /** Names of the media files that it gets. */
  readonly added: readonly string[];
  /** Names of the media files that it loses. */
  readonly removed: readonly string[];
  /** Of all files that it gets. */
  readonly neededBytes: number;
  /** Absolute paths of files that are read. */
  readonly sources: readonly string[];
  /** Writes the added files into the work folder, and returns the texts of both manifests. */
  readonly write: (out: OutputFolder) => Promise<ManifestTexts>;
  readonly notes: readonly string[];
  /** An added file shares something with the fragments of the others. */
  readonly readsAll?: boolean | undefined;
}

export interface ManifestTexts {
  readonly server: string;
  readonly client: string;
}

/**
 * The package that is to be changed.
 *
 * @throws PackError `input` when it is no package
 */
export async function readToChange(
  ism: string,
  { signal }: ChangeOptions,
): Promise<FinishedPackage> {
  await endHalfDone(ism, signal);
  const finished = await readFinished(ism);
  for (const { file } of finished.media) requirePlain(file, ism);
  return finished;
}

/**
 * A run that was killed while it changed a package may have taken its .ism away: it is put back.
 *
 * @throws PackError `input` when no such file is there then
 */
export async function endHalfDone(
  ism: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = resolve(ism);
  const folder = dirname(path);
  if (await exists(folder))
    await settleFolder(folder, jobWithoutSource(basename(path)), signal);
  if (await exists(path)) return;
  throw new PackError(
    "input",
    `${ism}: cannot be read (no such file or directory).`,
    { facts: { file: ism } },
  );
}

/**
 * Changes a package in its folder: its other media files are not touched, and the .ism comes
 * last. When anything fails, all is as before.
 *
 * Of the other files only what the new manifests say about them is read back (decision 0023): no
 * byte of them can have changed. With `verify: "full"` everything is read and decoded.
 *
 * @throws PackError `exists` for a file that is not the package's, `verify` when the changed package
 * has a fault, `output`, `aborted`, and the errors of `write`
 */
export async function changePackage(
  change: PackageChange,
  options: ChangeOptions,
): Promise<Delivered> {
  const { finished, added, removed, neededBytes, sources, notes } = change;
  const { readsAll = false } = change;
  const { folder, name } = finished;
  const tools = await toolsToDecode(options);
  const target = await resolveTarget({ ...options, output: folder }, tools);
  const media = finished.media.map(({ file }) => file);
  const others = filesOfManifests(finished.otherManifests, [
    ...media.filter((file) => !removed.includes(file)),
    ...added,
  ]);
  const kept = [...media, ...finished.sidecars].filter(
    (file) => !removed.includes(file),
  );
  const manifests = [finished.client.file, basename(finished.givenPath)];
  await refuseExisting(folder, added, undefined);
  const place = {
    ...target,
    ...{ files: [...added, ...others, ...manifests], kept, sources },
    ...{ overwrite: true, isSecret: true, difference: undefined, neededBytes },
    job: jobWithoutSource(name),
  };
  return withOutput(place, async (out) => {
    const texts = await change.write(out);
    await writeTexts(finished, texts, out.work);
    const ism = join(out.work, manifests[1] ?? "");
    const folderOf = (file: string) =>
      kept.includes(file) ? folder : out.work;
    await writeOthersOf(finished, { ism, folderOf }, out.work);
    const { verify } = await import("../verify/verify.js");
    const report = await verify(ism, {
      folderOf,
      isUntouched: (file) => !readsAll && kept.includes(file),
      ...{ decodeWith: target.decodeWith, signal: out.signal },
    });
    requireNoFaults(report, AS_TAKEN);
    const files = [...kept, ...added, ...others, ...manifests];
    return {
      manifest: join(folder, manifests[1] ?? ""),
      ...{ folder, files: await sizesOf(files, kept, folder, out.work) },
      durationSeconds: report.duration / SMOOTH_TIMESCALE,
      ...{ skipped: false, lost: [], notes, report },
    };
  });
}

async function writeTexts(
  finished: FinishedPackage,
  texts: ManifestTexts,
  folder: string,
): Promise<void> {
  const [clientFile, serverFile] = filesOfPackage(finished).slice(-2);
  const put = (file: string | undefined, content: Uint8Array) => {
    const path = join(folder, file ?? "");
    return writing(path, () => writeNew(path, content));
  };
  await put(clientFile, finished.client.encode(texts.client));
  await put(serverFile, serverText(finished).encode(texts.server));
}

/** The .ism as text. */
export function serverText({ server, givenPath }: FinishedPackage) {
  return decodeManifest(server, basename(givenPath));
}

async function sizesOf(
  files: readonly string[],
  kept: readonly string[],
  folder: string,
  work: string,
): Promise<Delivered["files"]> {
  const sizes = files.map(async (file) => {
    const { size } = await stat(
      join(kept.includes(file) ? folder : work, file),
    );
    return { file, bytes: size };
  });
  return Promise.all(sizes);
}

/** When the last fragment of a stream ends, in 10 MHz ticks. */
export function endOfStream({
  times,
  durations,
  timescale,
}: ReadStream): Ticks {
  const last = times.at(-1);
  if (last === undefined) return 0;
  const end = last + BigInt(Math.round(durations.at(-1) ?? 0));
  return Number(rescaleExact(end, timescale, SMOOTH_TIMESCALE));
}
