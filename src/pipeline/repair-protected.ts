import { copyFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { throwIfAborted } from "../errors.js";
import { bytesOfSources } from "../isobmff/media-source.js";
import { writing } from "../output/errors.js";
import { withOutput, type OutputFolder } from "../output/output-folder.js";
import { jobWithoutSource, type Stamp } from "../output/stamp.js";
import { checkedName } from "../plan/package-name.js";
import type { SeenPackage } from "../repair/seen.js";
import { sidecarsOf } from "../smooth/sidecars.js";
import { exists } from "../util/files.js";
import { AS_TAKEN, finishPackage } from "./finish-package.js";
import type { TrackProof } from "./frame-proof.js";
import { writeMendedManifests } from "./mend-manifests.js";
import { mendTrack, type MendedTrack } from "./mend-media.js";
import { tracksToMend } from "./mend-tracks.js";
import { protectionsOf } from "./mend-protection.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { proveSamples } from "./sample-proof.js";
import { resolveTarget, toolsToDecode, type Target } from "./target.js";

export interface MendOptions extends FinishedOptions {
  readonly name?: string | undefined;
  /** Of the old package. */
  readonly stamp?: Stamp | undefined;
}

/** A protected package that is mended without its key. */
export interface MendedProtected extends Delivered {
  readonly proof: readonly TrackProof[];
}

/**
 * Mends a protected package without its key: each track gets a file of its own with new boxes around the same samples,
 * and both manifests are made anew. The rows that say how samples are encrypted, and the samples, stay to the byte.
 *
 * @throws PackError `input` for media that are damaged, `verify` when a sample differs or the result has a fault, and
 * the errors of withOutput
 */
export async function repairProtected(
  ism: string,
  seen: SeenPackage,
  options: MendOptions,
): Promise<MendedProtected> {
  const target = await resolveTarget(options, await toolsToDecode(options));
  const name = checkedName(options.name ?? seen.name);
  const { tracks, notes } = await tracksToMend(ism, seen);
  const folder = dirname(resolve(ism));
  const { protections, notes: more } = await protectionsOf(seen, tracks);
  const sidecars = await sidecarsThere(seen, folder);
  const manifests = [`${name}.ismc`, `${name}.ism`];
  const files = [...tracks.map(({ file }) => file), ...sidecars, ...manifests];
  const paths = [...new Set(tracks.map(({ path }) => path))];
  const neededBytes = Math.max(1, await bytesOfSources(paths));
  const place = {
    ...target,
    ...{ files, job: jobWithoutSource(name), difference: undefined },
    sources: [...paths, resolve(ism), join(folder, seen.clientManifest)],
    ...{ neededBytes, isSecret: false },
  };
  return withOutput(place, async (out) => {
    const onWritten = progressOf(neededBytes, target);
    const made: MendedTrack[] = [];
    for (const track of tracks)
      made.push(
        await mendTrack(track, protections[0], {
          ...{ folder: out.work, signal: out.signal, onWritten },
          fsync: options.fsync ?? true,
        }),
      );
    for (const file of sidecars)
      await writing(join(out.work, file), () =>
        copyFile(join(folder, file), join(out.work, file)),
      );
    const { stamp } = options;
    const mended = { name, stamp, seen, tracks: made, sidecars, protections };
    await writeMendedManifests(mended, out.work);
    const proof = await prove(made, out, target);
    const written = {
      name,
      files,
      tracks: [],
      lost: [],
      notes: [...notes, ...more],
    };
    const isForeign = true;
    const finished = { ...written, isForeign, decodeHint: AS_TAKEN };
    return { ...(await finishPackage(finished, out, target)), proof };
  });
}

async function sidecarsThere(
  { server }: SeenPackage,
  folder: string,
): Promise<string[]> {
  const there: string[] = [];
  for (const file of server ? sidecarsOf(server.root) : [])
    if (await exists(join(folder, file))) there.push(file);
  return there;
}

function progressOf(bytes: number, { onProgress }: Target) {
  let written = 0;
  return (count: number) => {
    const fraction = Math.min(1, (written += count) / bytes);
    onProgress?.({ step: "mux", label: "package", fraction });
  };
}

async function prove(
  made: readonly MendedTrack[],
  { work, signal }: OutputFolder,
  { onProgress }: Target,
): Promise<TrackProof[]> {
  const proof: TrackProof[] = [];
  for (const { track, samples } of made) {
    throwIfAborted(signal);
    proof.push(await proveSamples(track, work, samples));
    const fraction = proof.length / made.length;
    onProgress?.({ step: "verify", label: "compare", fraction });
  }
  return proof;
}
