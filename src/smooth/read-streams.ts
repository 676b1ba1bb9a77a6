import { codecOfSampleEntry, type Codec } from "../codecs/index.js";
import { PackError } from "../errors.js";
import type { FragmentTable } from "../isobmff/fragment-index.js";
import type { IndexedTrack } from "../isobmff/media-index.js";
import {
  clearType,
  encryptionOf,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { toLanguage } from "../media/language.js";
import type {
  FragmentPlaces,
  ReadStream,
  ReadTrack,
} from "../media/presentation.js";
import type { StreamKind, TextSubtype } from "../media/track.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import {
  chunksOf,
  levelOfTrack,
  type ClientLevel,
  type ClientManifest,
  type ClientStream,
} from "./client-manifest.js";
import { plainCutTimes } from "./plain-times.js";
import type { ReadMedia } from "./read-media.js";
import type { ServerManifest, ServerTrack } from "./server-manifest.js";

/**
 * Joins the fragments that the client manifest announces with their places in the server
 * manifest and the files.
 *
 * @param client undefined when there is none: the files themselves have all times
 * @param media by file name
 * @throws PackError `input` when a track's file lacks the track, or ends before the
 * announced end
 */
export function readStreams(
  server: ServerManifest,
  client: ClientManifest | undefined,
  media: ReadonlyMap<string, ReadMedia>,
): ReadStream[] {
  const names = new Map(
    server.tracks.map((track) => [track.name.toLowerCase(), track]),
  );
  return [...names].map(([key, sample]) => {
    const clientStream = streamNamed(client, sample.name);
    const tracks = server.tracks.filter(
      ({ name }) => name.toLowerCase() === key,
    );
    const times =
      client === undefined
        ? timesInFiles(tracks, media)
        : announcedTimesOf(clientStream, client);
    const attributes = clientStream?.element.attributes;
    const type = attributes?.get("Type")?.toLowerCase() ?? sample.kind;
    return {
      kind: KINDS[type] ?? "text",
      name: clientStream?.name ?? sample.name,
      language: attributes?.get("Language") ?? languageOf(sample, media),
      subtype: SUBTYPES.get(attributes?.get("Subtype")?.toUpperCase() ?? ""),
      ...times,
      tracks: tracks.map((track) => trackOf(track, clientStream, times, media)),
    };
  });
}

/** The stream of a track; names ignore case, as IIS does. */
export function streamNamed(
  client: ClientManifest | undefined,
  name: string,
): ClientStream | undefined {
  const key = name.toLowerCase();
  return client?.streams.find((one) => one.name.toLowerCase() === key);
}

/** By the .ism, else by the moov; a picture has none. */
function languageOf(
  { kind, src, trackId, language }: ServerTrack,
  media: ReadonlyMap<string, ReadMedia>,
): string {
  if (kind === "video") return "und";
  const own = media.get(src)?.tracks.get(trackId)?.language;
  return toLanguage(language ?? own);
}

/** Without a client manifest, the fragments of the first track, or the cuts of plain files. */
function timesInFiles(
  tracks: readonly ServerTrack[],
  media: ReadonlyMap<string, ReadMedia>,
): AnnouncedTimes {
  const plain = tracks.flatMap(
    ({ src, trackId }) =>
      media.get(src)?.plain?.find((one) => one.trackId === trackId) ?? [],
  );
  if (plain.length > 0) {
    const { times, end } = plainCutTimes(plain);
    return {
      timescale: SMOOTH_TIMESCALE,
      times: BigInt64Array.from(times, BigInt),
      durations: Float64Array.from(
        times,
        (time, i) => (times[i + 1] ?? end) - time,
      ),
    };
  }
  const [first] = tracks;
  const { src = "", trackId = NaN } = first ?? {};
  const index = media.get(src);
  const table = index?.tables.get(trackId);
  const from = index?.tracks.get(trackId)?.timescale ?? SMOOTH_TIMESCALE;
  // No address holds a time before 0.
  const at = (ticks: bigint) =>
    ticks < 0n ? 0n : rescaleExact(ticks, from, SMOOTH_TIMESCALE);
  const own = table && "duration" in table ? table.duration : undefined;
  const begins = [...(table?.time ?? [])];
  return {
    timescale: SMOOTH_TIMESCALE,
    times: BigInt64Array.from(begins, at),
    durations: Float64Array.from(begins, (time, i) =>
      Number(at(time + BigInt(own?.[i] ?? 0)) - at(time)),
    ),
  };
}

const KINDS: Readonly<Record<string, StreamKind>> = {
  video: "video",
  audio: "audio",
  text: "text",
  textstream: "text",
};

/** Other kinds of text, such as chapters, are no captions. MS-SSTR 2.2.2.3 */
const SUBTYPES: ReadonlyMap<string, TextSubtype> = new Map([
  ["CAPT", "CAPT"],
  ["SUBT", "SUBT"],
]);

/** When the fragments of a stream begin and how long they last, from its client manifest. */
export type AnnouncedTimes = Pick<
  ReadStream,
  "timescale" | "times" | "durations"
>;

/** A day of two-second fragments has 43,200; an `r` may claim any number. */
const MOST_CHUNKS = 1_000_000;

/**
 * @param clientStream undefined for a stream that the client manifest does not name
 * @throws PackError `input` when it announces too many fragments
 */
export function announcedTimesOf(
  clientStream: ClientStream | undefined,
  { root }: ClientManifest,
): AnnouncedTimes {
  const count = clientStream?.chunkCount ?? 0;
  if (count > MOST_CHUNKS)
    throw new PackError(
      "input",
      `The client manifest announces ${count} fragments of ${clientStream?.name}.`,
    );
  const times = new BigInt64Array(count);
  const durations = new Float64Array(count);
  let i = 0;
  for (const { time, duration } of clientStream ? chunksOf(clientStream) : []) {
    times[i] = time;
    durations[i++] = duration;
  }
  const timescale =
    timescaleOf(clientStream?.element.attributes) ??
    timescaleOf(root.attributes) ??
    SMOOTH_TIMESCALE;
  return { timescale, times, durations };
}

function trackOf(
  track: ServerTrack,
  clientStream: ClientStream | undefined,
  stream: AnnouncedTimes,
  media: ReadonlyMap<string, ReadMedia>,
): ReadTrack {
  const { src, bitrate, trackId } = track;
  const index = media.get(src);
  const isPlain = index?.plain?.some((one) => one.trackId === trackId) ?? false;
  const table = isPlain ? NOTHING : index?.tables.get(trackId);
  if (index === undefined || table === undefined || !(isPlain || has(table)))
    throw new PackError(
      "input",
      `${src}: has no fragments of track ${trackId}.`,
    );
  const level = levelOfTrack(clientStream, track);
  const inFile = index.tracks.get(trackId);
  const scales = [
    inFile?.timescale ?? stream.timescale,
    stream.timescale,
  ] as const;
  const places = placesOf(table, index.bounds, scales);
  const fragments = {
    ...places,
    time: announcedAddresses(places.time, stream),
    ...(index.files && { files: index.files }),
  };
  if (index.isScanned && !isPlain)
    requireWhole(fragments, stream, clientStream?.name ?? track.name, src);
  const shown = described(inFile);
  const size = shown.format?.kind === "video" ? shown.format : undefined;
  return {
    file: src,
    ...{ trackId, bitrate, fragments, isPlain },
    ...shown,
    width: sizeIn(level, "MaxWidth", "Width") ?? size?.width,
    height: sizeIn(level, "MaxHeight", "Height") ?? size?.height,
    attributes: new Map([...track.params, ...(level?.custom ?? [])]),
  };
}

const NOTHING: FragmentTable = {
  trackId: NaN,
  time: new BigInt64Array(),
  offset: new Float64Array(),
};

function has({ time }: FragmentTable): boolean {
  return time.length > 0;
}

/** The format of a track. An unknown codec still has a name. */
function described(track: IndexedTrack | undefined) {
  const [entry] = track?.sampleEntries ?? [];
  const type = entry && clearType(entry);
  const codec = codecOfSampleEntry(type ?? "");
  return {
    sampleEntry: type ?? "",
    encryption: entry && encryptionOf(entry),
    codec: codec?.name,
    ...decoderOf(codec, entry),
  };
}

/** An unreadable configuration counts as missing: sending fragments does not need it. */
function decoderOf(
  codec: Codec | undefined,
  entry: ParsedBox | undefined,
): Pick<ReadTrack, "config" | "format"> {
  const none = { config: undefined, format: undefined };
  if (codec === undefined || entry === undefined) return none;
  try {
    const config = Uint8Array.from(codec.readConfig(entry, entry.type));
    return { config, format: codec.readFormat(entry, config) };
  } catch {
    return none;
  }
}

/** Places by time, in ticks of the stream, each with the latest possible end. */
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

/**
 * Addresses are those of the client manifest, for players know no others: some makers count from
 * the first decode time there, or write 0 for times before 0, or round in another way. A fragment
 * has the address of the announced one that begins less than half its length away.
 */
function announcedAddresses(
  found: BigInt64Array,
  { times, durations }: AnnouncedTimes,
): BigInt64Array {
  let row = 0;
  let last: bigint | undefined;
  return found.map((time) => {
    while (row + 1 < times.length && isNearer(time, times, row)) row++;
    const announced = times[row];
    if (announced === undefined || announced === last) return time;
    const off = Number(time - announced);
    if (Math.abs(off) >= (durations[row] ?? 0) / 2) return time;
    return (last = announced);
  });
}

/** Is the next announced time nearer than this one? */
function isNearer(time: bigint, times: BigInt64Array, row: number): boolean {
  return 2n * time >= (times[row] ?? 0n) + (times[row + 1] ?? 0n);
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
 * A file without an index looks whole at the end of any fragment. Only the client
 * manifest gives its real end.
 *
 * @param name of the stream
 * @param src name of the track's file
 * @throws PackError `input` when the last announced fragment is not there
 */
function requireWhole(
  fragments: FragmentPlaces,
  { times }: AnnouncedTimes,
  name: string | undefined,
  src: string,
): void {
  const announced = times.length;
  const [before = 0n, last = 0n] = times.slice(-2);
  // Some makers count slightly differently in a file and in its manifest.
  const slack = (last - before) / 2n;
  const lastTime = fragments.time[lastNotAfter(fragments.time, last + slack)];
  const isThere = lastTime !== undefined && lastTime > last - slack;
  if (announced < 2 || isThere) return;
  throw new PackError(
    "input",
    `${src}: the client manifest announces ${announced} fragments of ${name}, the last at ${last}; ` +
      `the file has ${fragments.time.length}, the last at ${fragments.time.at(-1)}. It was cut off, or is still being written.`,
  );
}

/** The last row with a value not above the given one; -1 when all are above. Values ascend. */
export function lastNotAfter<T extends number | bigint>(
  values: ArrayLike<T>,
  value: T,
): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const middleValue = values[middle];
    if (middleValue !== undefined && middleValue <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
