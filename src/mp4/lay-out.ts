import { codecNamed } from "../codecs/index.js";
import {
  dinf,
  ftyp,
  hdlr,
  mdhd,
  mdia,
  minf,
  moov,
  mvhd,
  smhd,
  tkhd,
  trak,
  vmhd,
} from "../isobmff/boxes/movie.js";
import { ascii, concat, u32, u64 } from "../isobmff/bytes.js";
import { nthFragment, type Fragments } from "../media/fragments.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  averageBitrate,
  byteLength,
  trackEnd,
  type Track,
} from "../media/track.js";
import { edits, sampleTables } from "./movie-tables.js";
import { tableDuration, tableTimes } from "./track-times.js";

/** A track of the movie. */
export interface MovieTrackPlan {
  readonly track: Track;
  readonly fragments: Fragments;
}

/** The samples of a fragment, which lie together. */
export interface MovieChunk {
  /** Number of the track. */
  readonly track: number;
  readonly fragment: number;
  readonly offset: number;
  readonly size: number;
}

/** A movie with the place of everything in it. */
export interface MovieLayout {
  /** All before the samples. */
  readonly header: Uint8Array;
  /** In the order of the file. */
  readonly chunks: readonly MovieChunk[];
  readonly bytes: number;
}

/** ISO/IEC 14496-12 4.2: a size of 64 bits, for films of any length. */
const MDAT_HEADER = 16;

/**
 * Gives everything in a movie its place: the tables first, so that a player on the network can begin, and
 * then picture and sound of the same seconds together.
 */
export function layOutMovie(tracks: readonly MovieTrackPlan[]): MovieLayout {
  const order = chunkOrder(tracks);
  // The size of the tables does not depend on the numbers in them.
  const size = headerOf(tracks, order).length;
  let offset = size + MDAT_HEADER;
  const chunks = order.map((chunk) => {
    const placed = { ...chunk, offset };
    offset += chunk.size;
    return placed;
  });
  const mdat = concat([u32(1), ascii("mdat"), u64(offset - size)]);
  const header = concat([headerOf(tracks, chunks), mdat]);
  return { header, chunks, bytes: offset };
}

/** By time; pictures before the sound of the same time. */
function chunkOrder(tracks: readonly MovieTrackPlan[]): MovieChunk[] {
  const all = tracks.flatMap(({ track, fragments }, number) =>
    Array.from({ length: fragments.count }, (_, i) => {
      const { firstSample, endSample, time } = nthFragment(fragments, i);
      const size = byteLength(track.samples, firstSample, endSample);
      return { track: number, fragment: i, offset: 0, size, time };
    }),
  );
  return all.sort((a, b) => a.time - b.time || a.track - b.track);
}

function headerOf(
  tracks: readonly MovieTrackPlan[],
  chunks: readonly MovieChunk[],
): Uint8Array {
  const ends = tracks.map(({ track }) => trackEnd(track.samples));
  const duration = Math.max(...ends);
  const boxes = tracks.map((one, i) => {
    const own = chunks.filter(({ track }) => track === i);
    const isFirst = tracks.findIndex((other) => isLike(one, other)) === i;
    return trackBox(one, i + 1, offsetsOf(own), isFirst);
  });
  return concat([
    ftyp("isom", 0x200, ["isom", "iso2", "mp41"]),
    moov(mvhd(SMOOTH_TIMESCALE, duration, tracks.length + 1), ...boxes),
  ]);
}

function isLike({ track }: MovieTrackPlan, other: MovieTrackPlan): boolean {
  return track.format.kind === other.track.format.kind;
}

/** Chunks of a track are in the order of its fragments. */
function offsetsOf(chunks: readonly MovieChunk[]): Float64Array {
  return Float64Array.from(chunks, ({ offset }) => offset);
}

function trackBox(
  { track, fragments }: MovieTrackPlan,
  trackId: number,
  chunkOffsets: Float64Array,
  isFirst: boolean,
): Uint8Array {
  const { format, samples, language } = track;
  const times = tableTimes(track);
  const { timescale, begin } = times;
  const duration = trackEnd(samples);
  const isVideo = format.kind === "video";
  const { width, height } = isVideo
    ? {
        width: format.displayWidth ?? format.width,
        height: format.displayHeight ?? format.height,
      }
    : { width: 0, height: 0 };
  const codec = codecNamed(track.codec);
  const sampleEntry = codec.sampleEntry({
    ...track,
    bitrate: averageBitrate(track),
  });
  const tables = sampleTables({
    ...{ ...times, sampleEntry, fragments, chunkOffsets },
    ...{ sizes: samples.size, sync: samples.sync },
  });
  return trak(
    // A player chooses one of the sounds: the first, unless it is told otherwise.
    tkhd({
      ...{ trackId, duration, width, height, audible: !isVideo },
      ...{ group: isVideo ? 0 : 1, isEnabled: isFirst },
    }),
    ...edits(duration, begin),
    mdia(
      mdhd(timescale, tableDuration(track, timescale), language),
      isVideo ? hdlr("vide", "Video") : hdlr("soun", "Audio"),
      minf(isVideo ? vmhd() : smhd(), dinf(), tables),
    ),
  );
}
