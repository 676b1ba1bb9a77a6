import { join } from "node:path";
import type { SystemData } from "../isobmff/media-index.js";
import type { ReadStream } from "../media/presentation.js";
import type { PackageFiles } from "../smooth/package-files.js";
import { readMedia, type ReadMedia } from "../smooth/read-media.js";
import { readStreams } from "../smooth/read-streams.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import { manifestOfFile } from "../verify/media-file.js";

/** What is left of a package without manifests. */
export interface LeftMedia {
  /** As an .ism would name them. */
  readonly tracks: readonly ServerTrack[];
  readonly streams: readonly ReadStream[];
  readonly protection: SystemData | undefined;
  /** In 10 MHz ticks, without the length of the last fragment. */
  readonly duration: number;
}

/**
 * Reads a media file that no manifest names.
 *
 * @throws PackError `input` when it has no moov or no fragments
 */
export async function readLeftMedia(
  folder: string,
  file: string,
  files: PackageFiles,
): Promise<LeftMedia> {
  const { tracks } = await manifestOfFile(join(folder, file));
  return read(tracks, files);
}

/** Reads folders of fragments that no manifest names, each with one track. @throws PackError `input` */
export async function readLeftTracks(
  folder: string,
  names: readonly string[],
  files: PackageFiles,
): Promise<LeftMedia> {
  const all: ServerTrack[] = [];
  for (const name of names) {
    const list = await files.list(name);
    const header = list.find((one) => one.toLowerCase() === "header");
    const path = join(folder, name, header ?? "header");
    const { tracks } = await manifestOfFile(path);
    all.push(...tracks.map((track) => ({ ...track, ...ofFolder(name) })));
  }
  return read(all, files);
}

/** Azure's folders end with their bitrates: `video_840436`. */
function ofFolder(src: string): Partial<ServerTrack> {
  const [, stream = src, bitrate] = /^(.+)_(\d{3,10})$/.exec(src) ?? [];
  return { src, name: stream, bitrate: Number(bitrate) };
}

async function read(
  tracks: readonly ServerTrack[],
  files: PackageFiles,
): Promise<LeftMedia> {
  const media = new Map<string, ReadMedia>();
  for (const { src } of tracks) {
    if (media.has(src)) continue;
    const own = tracks.filter((track) => track.src === src);
    const trackIds = new Set(own.map(({ trackId }) => trackId));
    const request = { trackIds, announced: () => [], isWhole: false };
    media.set(src, await readMedia(src, files, request));
  }
  const server = { clientManifest: undefined, tracks };
  const streams = readStreams(server, undefined, media);
  const [protection] = [...media.values()].flatMap(({ systems }) => systems);
  return { tracks, streams, protection, duration: lengthOf(streams) };
}

function lengthOf(streams: readonly ReadStream[]): number {
  const spans = streams.map(({ times }) =>
    Number((times.at(-1) ?? 0n) - (times[0] ?? 0n)),
  );
  return spans.reduce((a, b) => Math.max(a, b), 0);
}
