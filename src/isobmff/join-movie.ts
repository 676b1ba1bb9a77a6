import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { at } from "../media/track.js";
import type { JoinedBytes, JoinedPart } from "./joined-bytes.js";
import {
  plainHeader,
  type PlacedChunk,
  type JoinedTrack,
  type ShownTrack,
} from "./plain-header.js";
import type { MovieTrack } from "./tracks.js";

export interface JoinedMovie extends JoinedBytes {
  /** The time of the tracks that is 0 in the movie, in 10 MHz ticks. */
  readonly zero: Ticks;
}

/**
 * One plain MP4 of tracks of several files, for programs that read no packages: they find every
 * sample and its time in the tables, and its bytes where they lie. Sample entries of any codec are
 * taken as they are.
 */
export function joinMovie(tracks: readonly JoinedTrack[]): JoinedMovie {
  const shown = placed(tracks);
  const chunks = shown.flatMap(chunksOf).sort((a, b) => a.time - b.time);
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const head = (from: number) => plainHeader(shown, chunks, from, bytes);
  // The numbers of the tables have the same width for any position.
  const first = head(0).length;
  const parts: JoinedPart[] = [{ start: 0, length: first, from: head(first) }];
  let start = first;
  for (const { length, offset, path } of chunks) {
    parts.push({ start, length, from: { path, offset } });
    start += length;
  }
  return { size: start, parts, zero: shown[0]?.zero ?? 0 };
}

function placed(tracks: readonly JoinedTrack[]): ShownTrack[] {
  const begins = tracks.map(({ track }) => beginOf(track));
  const zero = Math.min(...begins.map(({ begin }) => begin));
  return tracks.map((one, i) => {
    const { begin = 0, lead = 0 } = begins[i] ?? {};
    return { ...one, number: i + 1, delay: begin - zero, lead, zero };
  });
}

/** So many samples at the begin may be shown before the first. */
const REORDERED = 64;

/** When a track is shown first: by its edit list, else by its samples. */
function beginOf({
  samples,
  timescale,
  edits,
  movieTimescale,
  originSeconds,
}: MovieTrack): { begin: Ticks; lead: Ticks } {
  const first = at(samples.decodeTime, 0);
  const smooth = (ticks: Ticks, scale: number) =>
    rescale(ticks, scale, SMOOTH_TIMESCALE);
  const edit = edits.find(({ mediaTime }) => mediaTime >= 0);
  if (edit !== undefined) {
    const empty = edits.slice(0, edits.indexOf(edit));
    const delay = empty.reduce((sum, one) => sum + one.segmentDuration, 0);
    const late = Math.max(0, first - edit.mediaTime);
    return {
      begin: smooth(delay, movieTimescale) + smooth(late, timescale),
      lead: Math.max(0, edit.mediaTime - first),
    };
  }
  let shown = Infinity;
  for (let i = 0; i < Math.min(samples.count, REORDERED); i++)
    shown = Math.min(
      shown,
      at(samples.decodeTime, i) + at(samples.compositionOffset, i),
    );
  const begin = originSeconds * SMOOTH_TIMESCALE + smooth(shown, timescale);
  return { begin, lead: shown - first };
}

/** Players and ffmpeg read picture and sound of the same second together. */
const CHUNK: Ticks = SMOOTH_TIMESCALE / 2;

/** Samples that lie one behind another, of half a second at most. */
function chunksOf({ track, path, number, delay }: ShownTrack): PlacedChunk[] {
  const { samples, timescale } = track;
  const start = at(samples.decodeTime, 0);
  const timeOf = (i: number) =>
    delay + rescale(at(samples.decodeTime, i) - start, timescale, 10_000_000);
  const chunks: PlacedChunk[] = [];
  for (let i = 0; i < samples.count;) {
    const [first, time, offset] = [i, timeOf(i), at(samples.offset, i)];
    let end = offset;
    do end += at(samples.size, i++);
    while (
      i < samples.count &&
      at(samples.offset, i) === end &&
      timeOf(i) - time < CHUNK
    );
    const length = end - offset;
    chunks.push({
      ...{ number, first, count: i - first },
      ...{ time, path, offset, length },
    });
  }
  return chunks;
}
