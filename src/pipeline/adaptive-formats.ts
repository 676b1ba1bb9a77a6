import { join } from "node:path";
import { toWebVtt } from "../captions/write-web-vtt.js";
import {
  dashFiles,
  hlsFiles,
  type SmallFile,
} from "../dash-hls/manifest-files.js";
import { placedStreams, type FiledTrack } from "../dash-hls/placed-streams.js";
import { rangedTitle, type FiledTitle } from "../dash-hls/ranged-title.js";
import { commonEncryption } from "../drm/common-encryption.js";
import type { TrackFile } from "../media/presentation.js";
import { writing } from "../output/errors.js";
import type { PlacedStream } from "../smooth/adaptive-stream.js";
import { packageFilesBeside } from "../smooth/package-files.js";
import { makePresentation } from "../smooth/presentation.js";
import { readPackage } from "../smooth/read-package.js";
import {
  captionsFile,
  otherManifest,
  type OtherManifest,
} from "../smooth/sidecars.js";
import { exists, writeNew } from "../util/files.js";
import { readPackagedCues } from "./ttml-tracks.js";

const WRITERS = { dash: dashFiles, hls: hlsFiles } as const;

/** A package whose media are written, and where its text tracks are. */
interface AdaptivePackage extends FiledTitle {
  readonly name: string;
  readonly folderOf: (file: string) => string;
}

/** Writes the manifests of one kind over the files of a package that was just written. */
export async function writeOtherManifest(
  kind: OtherManifest,
  { name, tracks }: { name: string; tracks: readonly TrackFile[] },
  folder: string,
): Promise<void> {
  const presentation = makePresentation(name, tracks);
  const { duration, protection } = presentation;
  // Other boxes than these were refused: see target.ts.
  const scheme = protection && "cenc";
  const streams = placedStreams(presentation, () => scheme);
  const encryption = encryptionOf(streams, protection);
  const folderOf = () => folder;
  await write(kind, { name, streams, duration, encryption, folderOf }, folder);
}

/**
 * Writes the manifests of DASH and HLS of a package that has changed, by its own manifests.
 *
 * @param manifests their names
 * @param folder where they are written
 */
export async function rewriteOtherManifests(
  manifests: readonly string[],
  { ism, folderOf = () => folder }: ChangedPackage,
  folder: string,
): Promise<void> {
  const files = packageFilesBeside(ism, folderOf);
  const { name, streams, duration, protection } = await readPackage(ism, files);
  const encryption = encryptionOf(streams, protection);
  const title = { name, streams, duration, encryption, folderOf };
  for (const manifest of manifests) {
    const kind = otherManifest(manifest);
    if (kind !== undefined) await write(kind, title, folder);
  }
}

interface ChangedPackage {
  /** The .ism as it is now. */
  readonly ism: string;
  /** Where its media lie; default: beside the manifests. */
  readonly folderOf?: (file: string) => string;
}

function encryptionOf(
  streams: readonly PlacedStream<FiledTrack>[],
  protection: Parameters<typeof commonEncryption>[1],
) {
  const schemes = streams
    .filter(({ kind }) => kind !== "text")
    .flatMap(({ tracks }) => tracks.map(({ encryption }) => encryption));
  const encryption = commonEncryption(schemes, protection);
  if (encryption === "other")
    throw new Error("DASH and HLS have no words for this encryption");
  return encryption;
}

/** Captions are files that both kinds share. */
async function write(
  kind: OtherManifest,
  { name, folderOf, ...title }: AdaptivePackage,
  folder: string,
): Promise<void> {
  const text = title.streams.filter((stream) => stream.kind === "text");
  for (const { tracks } of text)
    for (const { file, trackId } of tracks.slice(0, 1)) {
      const target = join(folder, captionsFile(file));
      if (await exists(target)) continue;
      const path = join(folderOf(file), file);
      const cues = await readPackagedCues(
        ...([path, { trackId, manifest: path }, same, undefined] as const),
      );
      await put(target, Buffer.from(toWebVtt(cues)));
    }
  for (const file of WRITERS[kind](name, rangedTitle(title)))
    await put(join(folder, file.file), file.content);
}

function same(time: number): number {
  return time;
}

async function put(path: string, content: SmallFile["content"]): Promise<void> {
  await writing(path, () => writeNew(path, content));
}
