import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { chunksOf, numberIn, readClientManifest } from "./client-manifest.js";
import { readBytes } from "./manifest-text.js";
import {
  isPlainName,
  readServerManifest,
  type ServerTrack,
} from "./server-manifest.js";
import { parseXml, type XmlElement } from "../util/xml-reader.js";

/** So many packages beside a file are looked at. */
const MOST_MANIFESTS = 100;

/** A day of two-second fragments has 43,200; an `r` may claim any number. */
const MOST_CHUNKS = 1_000_000;

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
      const times = await timesIn(folder, name, (track) => {
        const { src, trackId: id } = track;
        return src === basename(path) && id === trackId;
      });
      if (times !== undefined)
        return times.map((time) =>
          rescaleExact(time.ticks, time.timescale, timescale),
        );
    }
    return [];
  };
}

interface AnnouncedTime {
  readonly ticks: bigint;
  readonly timescale: number;
}

/** What a package says of a track; undefined when the track is not its own. */
async function timesIn(
  folder: string,
  name: string,
  isWanted: (track: ServerTrack) => boolean,
): Promise<AnnouncedTime[] | undefined> {
  const ism = await readXml(join(folder, name));
  const server = ism && readServerManifest(ism);
  const track = server?.tracks.find(isWanted);
  const file = server?.clientManifest ?? name.replace(/\.ism$/i, ".ismc");
  if (track === undefined || !isPlainName(file)) return undefined;
  const root = await readXml(join(folder, file));
  if (root === undefined) return undefined;
  const stream = readClientManifest(root, file).streams.find(
    (one) => one.name.toLowerCase() === track.name.toLowerCase(),
  );
  if (stream === undefined || stream.chunkCount > MOST_CHUNKS) return undefined;
  const timescale =
    numberIn(stream.element, "TimeScale") ||
    numberIn(root, "TimeScale") ||
    SMOOTH_TIMESCALE;
  return [...chunksOf(stream)].map(({ time }) => ({ ticks: time, timescale }));
}

/** A neighbour that cannot be read says nothing. */
async function readXml(path: string): Promise<XmlElement | undefined> {
  try {
    return parseXml(await readBytes(path));
  } catch {
    return undefined;
  }
}
