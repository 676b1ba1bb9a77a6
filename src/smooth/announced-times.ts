import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PackError } from "../errors.js";
import { rescaleExact } from "../media/time.js";
import { packageFilesBeside } from "./package-files.js";
import { readClient, readServer } from "./read-package.js";
import { announcedTimesOf, type AnnouncedTimes } from "./read-streams.js";
import type { ServerTrack } from "./server-manifest.js";

/** At most this many packages beside a file are read. */
const MOST_MANIFESTS = 100;

/**
 * The times at which the fragments of a media file begin, from the manifests of its
 * package: makers on demand wrote them nowhere else.
 *
 * @returns a function that gives the times of a track, in ticks of the track; none where
 * no manifest has them
 */
export function announcedTimes(path: string) {
  return async (trackId: number, timescale: number): Promise<bigint[]> => {
    const folder = dirname(path);
    const names = await readdir(folder).catch(() => []);
    const manifests = names.filter((name) => /\.ism$/i.test(name)).sort();
    for (const name of manifests.slice(0, MOST_MANIFESTS)) {
      const times = await timesIn(join(folder, name), (track) => {
        const { src, trackId: id } = track;
        return src === basename(path) && id === trackId;
      });
      if (times !== undefined)
        return [...times.times].map((time) =>
          rescaleExact(time, times.timescale, timescale),
        );
    }
    return [];
  };
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
