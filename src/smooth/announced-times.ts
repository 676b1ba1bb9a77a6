import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PackError } from "../errors.js";
import { folderNames } from "../isobmff/fragment-folder.js";
import { rescaleExact } from "../media/time.js";
import type { ClientManifest } from "./client-manifest.js";
import { kindAt, packageFilesBeside } from "./package-files.js";
import { readClient, readServer } from "./read-package.js";
import {
  announcedTimesOf,
  streamNamed,
  type AnnouncedTimes,
} from "./read-streams.js";
import type { ServerTrack } from "./server-manifest.js";

/** At most this many packages beside a file are read. */
const MOST_MANIFESTS = 100;

/**
 * The times at which the fragments of a media file begin, from the manifests of its
 * package: makers on demand wrote them nowhere else.
 *
 * @param ism its server manifest; default: any beside the file that names it
 * @returns a function that gives the times of a track, in ticks of the track; none where
 * no manifest has them
 */
export function announcedTimes(path: string, ism?: string) {
  return async (trackId: number, timescale: number): Promise<bigint[]> => {
    const manifests = ism === undefined ? await manifestsBeside(path) : [ism];
    for (const manifest of manifests) {
      const times = await timesIn(manifest, ({ src, trackId: id }) => {
        return join(dirname(manifest), src) === path && id === trackId;
      });
      if (times !== undefined) return timesFor(path, times, timescale);
    }
    return [];
  };
}

/** The same of a package whose .ism is lost. */
export function announcedTimesIn(
  client: ClientManifest | undefined,
  path: string,
  streamOf: (trackId: number) => string | undefined,
) {
  return async (trackId: number, timescale: number): Promise<bigint[]> => {
    const stream = streamNamed(client, streamOf(trackId) ?? "");
    if (client === undefined || stream === undefined) return [];
    return timesFor(path, announcedTimesOf(stream, client), timescale);
  };
}

async function timesFor(
  path: string,
  { times, timescale: from }: AnnouncedTimes,
  timescale: number,
): Promise<bigint[]> {
  const named = await folderTimes(path);
  return (named ?? [...times]).map((time) =>
    rescaleExact(time, from, timescale),
  );
}

/** The fragments of a folder are named by their times: one of them may be lost. */
async function folderTimes(path: string): Promise<bigint[] | undefined> {
  if ((await kindAt(path)) !== "folder") return undefined;
  const { fragments } = folderNames(await readdir(path));
  return fragments.map(({ time }) => time);
}

async function manifestsBeside(path: string): Promise<string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const manifests = names.filter((name) => /\.ism$/i.test(name)).sort();
  return manifests.slice(0, MOST_MANIFESTS).map((name) => join(folder, name));
}

/**
 * The times of a track in a package.
 *
 * @returns undefined when the package has no such track, or its manifests cannot be read:
 * a neighbour then has no say
 */
async function timesIn(
  ism: string,
  isWanted: (track: ServerTrack) => boolean,
): Promise<AnnouncedTimes | undefined> {
  const files = packageFilesBeside(ism);
  try {
    const server = await readServer(basename(ism), files);
    const track = server.tracks.find(isWanted);
    if (track === undefined) return undefined;
    const client = await readClient(server.clientManifest, files);
    const clientStream = client.streams.find(
      ({ name }) => name.toLowerCase() === track.name.toLowerCase(),
    );
    return clientStream && announcedTimesOf(clientStream, client);
  } catch (error) {
    if (error instanceof PackError) return undefined;
    throw error;
  }
}
