import { PackError } from "../errors.js";
import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  at,
  sampleDuration,
  trackEnd,
  type SampleTable,
} from "../media/track.js";
import { box, fullBox } from "./box.js";
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
} from "./boxes/movie.js";
import { ascii, concat, u32, u64 } from "./bytes.js";
import { plainTable, type Chunk } from "./plain-tables.js";
import type { MovieTrack } from "./tracks.js";

/** A track for a plain MP4, with the file that its samples lie in. */
export interface JoinedTrack {
  readonly path: string;
  readonly track: MovieTrack;
  readonly language: string;
}

/** The same with its place on the clock of the movie. */
export interface ShownTrack extends JoinedTrack {
  readonly number: number;
  /** When it begins in the movie, in 10 MHz ticks. */
  readonly delay: Ticks;
  /** In its own ticks: what of it is not shown. */
  readonly lead: Ticks;
  /** What was taken off all times, in 10 MHz ticks. */
  readonly zero: Ticks;
}

export interface PlacedChunk extends Chunk {
  readonly number: number;
  /** On the movie's clock, for the order of the file. */
  readonly time: Ticks;
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * What stands before the samples of a plain MP4: ftyp, moov, and the header of the mdat.
 *
 * @param from where the samples begin
 * @param bytes of all samples
 */
export function plainHeader(
  tracks: readonly ShownTrack[],
  chunks: readonly PlacedChunk[],
  from: number,
  bytes: number,
): Uint8Array {
  const own = tracks.map((): PlacedChunk[] => []);
  const positions = tracks.map((): number[] => []);
  let position = from;
  for (const chunk of chunks) {
    own[chunk.number - 1]?.push(chunk);
    positions[chunk.number - 1]?.push(position);
    position += chunk.length;
  }
  const ends = tracks.map((track) => track.delay + lengthOf(track));
  const duration = ends.reduce((most, end) => Math.max(most, end), 0);
  return concat([
    ftyp("isom", 1, ["isom", "iso2", "mp41"]),
    moov(
      mvhd(SMOOTH_TIMESCALE, duration, tracks.length + 1),
      ...tracks.map((track, i) =>
        trakOf(track, own[i] ?? [], positions[i] ?? []),
      ),
    ),
    // The size follows in 64 bits.
    ...[u32(1), ascii("mdat"), u64(bytes + 16)],
  ]);
}

/** How long it is shown, in 10 MHz ticks. */
function lengthOf({ track, lead }: ShownTrack): Ticks {
  const { samples, timescale, edits, movieTimescale } = track;
  const whole = trackEnd(samples) - at(samples.decodeTime, 0) - lead;
  const length = rescale(Math.max(0, whole), timescale, SMOOTH_TIMESCALE);
  const edit = edits.find(({ mediaTime }) => mediaTime >= 0);
  if (!edit?.segmentDuration) return length;
  const shown = rescale(
    ...([edit.segmentDuration, movieTimescale, SMOOTH_TIMESCALE] as const),
  );
  return Math.min(length, shown);
}

function trakOf(
  placed: ShownTrack,
  chunks: readonly PlacedChunk[],
  positions: readonly number[],
): Uint8Array {
  const { track, number, delay, language, path } = placed;
  const { samples, timescale, sampleEntry, kind, shownSize } = track;
  requireDurations(samples, timescale, `${path} track ${track.trackId}`);
  const { bytes, start, size } = sampleEntry;
  const entry = bytes.subarray(start, start + size);
  const isVideo = kind === "video";
  const { width, height } = (isVideo && shownSize) || NO_SIZE;
  const end = delay + lengthOf(placed);
  const duration = trackEnd(samples) - at(samples.decodeTime, 0);
  const shape = { width, height, audible: !isVideo };
  return trak(
    tkhd({ trackId: number, duration: end, ...shape }),
    box("edts", elst(placed)),
    mdia(
      mdhd(timescale, duration, language),
      hdlr(isVideo ? "vide" : "soun", isVideo ? "Video" : "Sound"),
      minf(
        ...[isVideo ? vmhd() : smhd(), dinf()],
        plainTable(entry, samples, chunks, positions),
      ),
    ),
  );
}

const NO_SIZE = { width: 0, height: 0 };

/** Edit List Box: nothing, and then the track. ISO/IEC 14496-12 8.6.6 */
function elst(track: ShownTrack): Uint8Array {
  const { delay, lead } = track;
  const row = (duration: Ticks, ...mediaTime: Uint8Array[]) =>
    concat([u64(duration), ...mediaTime, u32(0x00010000)]);
  const late = delay > 0 ? [row(delay, u32(0xffffffff, 0xffffffff))] : [];
  const rows = [...late, row(lengthOf(track), u64(lead))];
  return fullBox("elst", 1, 0, u32(rows.length), ...rows);
}

/** @throws PackError `unsupported` for a gap that a table of 32 bits has no number for */
function requireDurations(
  samples: SampleTable,
  timescale: number,
  where: string,
): void {
  for (let i = 0; i < samples.count; i++) {
    const duration = sampleDuration(samples, i);
    if (duration >= 0 && duration < 2 ** 32) continue;
    const seconds = Math.round(duration / timescale);
    throw new PackError(
      "unsupported",
      `${where}: sample ${i + 1} lasts ${seconds} s. Expected no gap of so many minutes.`,
      { hint: "mss-pack mux takes the package where its codecs allow it." },
    );
  }
}
