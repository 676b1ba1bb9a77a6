import { PackError } from "../errors.js";
import { readFragmentLayout } from "../isobmff/fragment-layout.js";
import type { ReadStream, ReadTrack } from "../media/presentation.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import {
  packageFilesBeside,
  type PackageFiles,
} from "../smooth/package-files.js";
import {
  readManifests,
  readPackage,
  type ReadPackage,
} from "../smooth/read-package.js";
import { manifestTraits, streamTraits } from "./manifest-traits.js";
import type { PackageTraits, TrackTraits } from "./traits.js";

/**
 * Reads what clients are known to stumble over. What cannot be read has no traits: `verify` tells
 * why.
 *
 * @param ism its server manifest
 */
export async function readTraits(
  ism: string,
  files: PackageFiles = packageFilesBeside(ism),
): Promise<PackageTraits> {
  const manifests = await unlessUnreadable(() => readManifests(ism, files));
  const read = await unlessUnreadable(() => readPackage(ism, files));
  return traitsOf(manifests?.client, read, files);
}

/**
 * The same of a package that is read already.
 *
 * @param client undefined when there is none
 * @param read undefined when it cannot be read
 */
export async function traitsOf(
  client: ClientManifest | undefined,
  read: Pick<ReadPackage, "streams"> | undefined,
  files: PackageFiles,
): Promise<PackageTraits> {
  return {
    manifest: client && manifestTraits(client),
    streams: client ? streamTraits(client) : [],
    tracks: await tracksOf(read?.streams ?? [], files),
  };
}

async function tracksOf(
  streams: readonly ReadStream[],
  files: PackageFiles,
): Promise<TrackTraits[]> {
  const traits: TrackTraits[] = [];
  for (const { kind, tracks } of streams)
    for (const track of tracks) {
      const { file, sampleEntry, encryption } = track;
      const layout = await unlessUnreadable(() => layoutOf(track, files));
      traits.push({ kind, file, sampleEntry, encryption, layout });
    }
  return traits;
}

/** The first fragment tells the habits of its maker. */
async function layoutOf({ file, fragments }: ReadTrack, files: PackageFiles) {
  const [begin] = fragments.offset;
  const [end] = fragments.end;
  if (begin === undefined || end === undefined) return undefined;
  return files.read(fragments.files?.[0] ?? file, (handle, size) =>
    readFragmentLayout(handle, begin, Math.min(end, size)),
  );
}

async function unlessUnreadable<T>(
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PackError) return undefined;
    throw error;
  }
}
