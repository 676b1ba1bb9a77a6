import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PackError } from "../errors.js";
import { rescaleExact } from "../media/time.js";
import { filesBeside, readClient, readServer } from "./read-package.js";
import { announcedTimesOf, type AnnouncedTimes } from "./read-streams.js";
import type { ServerTrack } from "./server-manifest.js";

/** So many packages beside a file are looked at. */
const MOST_MANIFESTS = 100;

/**
 * When the fragments of a media file begin, by the manifests of the package that it
 * lies in: makers on demand wrote it nowhere else.
 *
 * @returns what tells it of a track, in ticks of the track; nothing where no manifest does
 */
export function announcedTimes(path: string) {
  return async (trackId: number, timescale: number): Promise<bigint[]> => {
    const folder = dirname(path);
    const names = await readdir(folder).catch(() => []);
    const manifests = names.filter((name) => /\.ism$/i.test(name)).sort();
    for (const name of manifests.slice(0, MOST_MANIFESTS)) {
      const found = await timesIn(join(folder, name), (track) => {
        const { src, trackId: id } = track;
        return src === basename(path) && id === trackId;
      });
      if (found !== undefined)
        return [...found.times].map((time) =>
          rescaleExact(time, found.timescale, timescale),
        );
    }
    return [];
  };
}

/**
 * What a package says of a track.
 *
 * @returns undefined when the track is not its own, or its manifests cannot be read: a neighbour says nothing then
 */
async function timesIn(
  ism: string,
  isWanted: (track: ServerTrack) => boolean,
): Promise<AnnouncedTimes | undefined> {
  const files = filesBeside(ism);
  try {
    const server = await readServer(basename(ism), files);
    const track = server.tracks.find(isWanted);
    if (track === undefined) return undefined;
    const client = await readClient(server.clientManifest, files);
    const told = client.streams.find(
      ({ name }) => name.toLowerCase() === track.name.toLowerCase(),
    );
    return told && announcedTimesOf(told, client);
  } catch (error) {
    if (error instanceof PackError) return undefined;
    throw error;
  }
}
