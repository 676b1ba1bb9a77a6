import type { FragmentTable } from "../isobmff/fragment-index.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import {
  chunksOf,
  type ClientLevel,
  type ClientManifest,
  type ClientStream,
} from "../smooth/client-manifest.js";
import { levelOfTrack } from "../smooth/level-of-track.js";
import type { ServerManifest, ServerTrack } from "../smooth/server-manifest.js";
import {
  lastNotAfter,
  levelKey,
  type FragmentPlaces,
  type IndexedFile,
  type ServedLevel,
  type ServedStream,
  type StreamType,
  PackageProblem,
} from "./package.js";

interface Streams {
  readonly streams: readonly ServedStream[];
  readonly levels: ReadonlyMap<string, readonly ServedLevel[]>;
}

/**
 * Brings together what the client manifest announces and where the server
 * manifest and the files say it is.
 *
 * @throws PackageProblem when a track's file has no such track, or ends before what is announced
 */
export function makeStreams(
  server: ServerManifest,
  client: ClientManifest,
  media: ReadonlyMap<string, IndexedFile>,
): Streams {
  const names = new Map(
    server.tracks.map((track) => [track.name.toLowerCase(), track]),
  );
  const rootTimescale = timescaleOf(client.root.attributes);
  const streams: ServedStream[] = [];
  const levels = new Map<string, ServedLevel[]>();
  for (const [key, sample] of names) {
    const told = client.streams.find(({ name }) => name.toLowerCase() === key);
    const own: ServedLevel[] = [];
    const stream = streamOf(
      sample,
      told,
      rootTimescale ?? SMOOTH_TIMESCALE,
      own,
    );
    streams.push(stream);
    for (const track of server.tracks) {
      if (track.name.toLowerCase() !== key) continue;
      const level = levelOf(track, stream, told, media);
      own.push(level);
      const address = levelKey(track.name, track.bitrate);
      levels.set(address, [...(levels.get(address) ?? []), level]);
    }
  }
  return { streams, levels };
}

function streamOf(
  { name, kind }: ServerTrack,
  told: ClientStream | undefined,
  rootTimescale: number,
  levels: readonly ServedLevel[],
): ServedStream {
  const attributes = told?.element.attributes;
  const type = attributes?.get("Type")?.toLowerCase() ?? kind;
  return {
    type: TYPES[type] ?? "text",
    name: told?.name ?? name,
    language: attributes?.get("Language") ?? "und",
    timescale: timescaleOf(attributes) ?? rootTimescale,
    ...chunkColumns(told),
    levels,
  };
}

const TYPES: Readonly<Record<string, StreamType>> = {
  video: "video",
  audio: "audio",
  text: "text",
  textstream: "text",
};

/** A day of two-second fragments has 43,200; an `r` may claim any number. */
const MOST_CHUNKS = 1_000_000;

function chunkColumns(told: ClientStream | undefined) {
  const count = told?.chunkCount ?? 0;
  if (count > MOST_CHUNKS)
    throw new PackageProblem(
      `The client manifest announces ${count} fragments of ${told?.name}.`,
    );
  const times = new BigInt64Array(count);
  const durations = new Float64Array(count);
  let i = 0;
  for (const { time, duration } of told ? chunksOf(told) : []) {
    times[i] = time;
    durations[i++] = duration;
  }
  return { times, durations };
}

function levelOf(
  track: ServerTrack,
  stream: ServedStream,
  told: ClientStream | undefined,
  media: ReadonlyMap<string, IndexedFile>,
): ServedLevel {
  const { src, bitrate, trackId } = track;
  const indexed = media.get(src);
  const table = indexed?.index.tables.get(trackId);
  if (indexed === undefined || table === undefined || table.time.length === 0)
    throw new PackageProblem(`${src}: has no fragments of track ${trackId}.`);
  const level = levelOfTrack(told, track);
  const { file, index } = indexed;
  const timescale = index.tracks.get(trackId)?.timescale ?? stream.timescale;
  const scales = [timescale, stream.timescale] as const;
  const served = {
    stream,
    bitrate,
    width: sizeIn(level, "MaxWidth", "Width"),
    height: sizeIn(level, "MaxHeight", "Height"),
    attributes: new Map([...track.params, ...(level?.custom ?? [])]),
    file,
    trackId,
    fragments: placesOf(table, index.bounds, scales),
  };
  if (index.isScanned) requireWhole(served, src);
  return served;
}

/** By time, in ticks of the stream, each with where it ends at most. */
function placesOf(
  { time, offset }: FragmentTable,
  bounds: Float64Array,
  [from, to]: readonly [number, number],
): FragmentPlaces {
  const order = Uint32Array.from(time, (_, i) => i);
  if (time.some((value, i) => i > 0 && value < (time[i - 1] ?? 0n)))
    order.sort((a, b) => Number((time[a] ?? 0n) - (time[b] ?? 0n)));
  const addressOf = (ticks: bigint) =>
    ticks < 0n ? 0n : rescaleExact(ticks, from, to);
  const at = (values: Float64Array, i: number) => values[i] ?? NaN;
  const endOf = (begin: number) => at(bounds, lastNotAfter(bounds, begin) + 1);
  return {
    time: BigInt64Array.from(time, (_, i) =>
      addressOf(time[order[i] ?? 0] ?? 0n),
    ),
    offset: Float64Array.from(order, (i) => at(offset, i)),
    end: Float64Array.from(order, (i) => endOf(at(offset, i))),
    isRescaled: from !== to,
  };
}

function timescaleOf(
  attributes: ReadonlyMap<string, string> | undefined,
): number | undefined {
  const value = Number(attributes?.get("TimeScale"));
  return Number.isInteger(value) && value > 0 && value <= 2 ** 32
    ? value
    : undefined;
}

function sizeIn(
  level: ClientLevel | undefined,
  ...names: string[]
): number | undefined {
  for (const name of names) {
    const value = Number(level?.attributes.get(name));
    if (value > 0) return value;
  }
  return undefined;
}

/**
 * A file without an index looks whole wherever a fragment ends. Only the client
 * manifest tells how far it goes.
 *
 * @param src name of the level's file
 * @throws PackageProblem when the last fragment that is announced is not there
 */
function requireWhole({ stream, fragments }: ServedLevel, src: string): void {
  const announced = stream.times.length;
  const [before = 0n, last = 0n] = stream.times.slice(-2);
  // Some makers count a little differently in a file and in its manifest.
  const slack = (last - before) / 2n;
  const found = fragments.time[lastNotAfter(fragments.time, last + slack)];
  const isThere = found !== undefined && found > last - slack;
  if (announced < 2 || isThere) return;
  throw new PackageProblem(
    `${src}: the client manifest announces ${announced} fragments of ${stream.name}, the last at ${last}; ` +
      `the file has ${fragments.time.length}, the last at ${fragments.time.at(-1)}. It was cut off, or is still being written.`,
  );
}
