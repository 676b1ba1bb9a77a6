import { dirname, posix } from "node:path";
import { PackError } from "../errors.js";
import { folderNames } from "../isobmff/fragment-folder.js";
import {
  readMediaIndex,
  systemsOf,
  indexedTracks,
  type IndexRequest,
  type MediaIndex,
} from "../isobmff/media-index.js";
import { moovBeforeFragments } from "../isobmff/movie.js";
import { readPlainTracks } from "../isobmff/plain-tracks.js";
import { scanFragments } from "../isobmff/scan-fragments.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { PackageFiles } from "./package-files.js";

/** The media of a track's file. */
export interface ReadMedia extends MediaIndex {
  /** The tracks of a plain MP4 with their samples; undefined for a file with fragments. */
  readonly plain?: readonly MovieTrack[];
}

/**
 * Reads where the fragments of a media file are. It may be a folder with a file for each fragment,
 * as Azure kept live archives, or a plain MP4.
 *
 * @throws PackError `input` when it is neither
 */
export async function readMedia(
  src: string,
  files: PackageFiles,
  request: IndexRequest,
): Promise<ReadMedia> {
  if ((await files.kindOf(src)) === "folder")
    return readFolder(src, files, request);
  return files.read(src, async (file, size) => {
    const index = await readMediaIndex(file, size, src, request);
    if (index.tables.size > 0) return index;
    const plain = await readPlainTracks(file, size, src);
    // Its moov may be at the end.
    return { ...index, plain };
  });
}

async function readFolder(
  src: string,
  files: PackageFiles,
  { trackIds, isWhole }: IndexRequest,
): Promise<MediaIndex> {
  const { header, fragments: times } = folderNames(await files.list(src));
  const [trackId, ...others] = trackIds;
  if (header === undefined || trackId === undefined || others.length > 0)
    throw new PackError(
      "input",
      `${src}: is a folder${header ? " of one track" : " without a file named header"}. Expected a media file, or a folder with a header and a file for each fragment of one track.`,
    );
  const moov = await files.read(posix.join(src, header), (file, size) =>
    moovBeforeFragments(file, size, src),
  );
  const table = {
    trackId,
    time: BigInt64Array.from(times, ({ time }) => time),
    offset: new Float64Array(times.length),
  };
  const paths = times.map(({ name }) => posix.join(src, name));
  const duration = isWhole ? await durations(paths, files) : undefined;
  return {
    tables: new Map([[trackId, { ...table, ...(duration && { duration }) }]]),
    tracks: indexedTracks(moov),
    systems: systemsOf(moov),
    bounds: Float64Array.of(0, Number.MAX_SAFE_INTEGER),
    isScanned: false,
    files: paths,
  };
}

async function durations(
  paths: readonly string[],
  files: PackageFiles,
): Promise<Float64Array> {
  const all = new Float64Array(paths.length);
  const outside = { indexed: [], announced: () => [] };
  for (const [i, path] of paths.entries()) {
    const { tables } = await files.read(path, (file, size) =>
      scanFragments(file, size, undefined, outside, dirname(path)),
    );
    all[i] = tables[0]?.duration[0] ?? 0;
  }
  return all;
}
