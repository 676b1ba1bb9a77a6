import { TTML_TRACK } from "../captions/embedded.js";
import { CaptionError, type Cue } from "../captions/cue.js";
import { packCues } from "../captions/packed-cues.js";
import { MOST_CAPTION_BYTES } from "../captions/read-captions.js";
import { joinFragments, readTtmlDocument } from "../captions/ttml.js";
import { cutIntoFragments } from "../captions/write-ttml.js";
import { PackError, throwIfAborted } from "../errors.js";
import { openForReading } from "../isobmff/media-source.js";
import { readTextMovie } from "../isobmff/read-movie.js";
import { readAt } from "../isobmff/scan.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { announcedTimes } from "../smooth/announced-times.js";
import { at } from "../media/track.js";
import { editedPart } from "../tracks/edit-list.js";

/** A track of captions as one TTML document with times of the film. */
export interface TtmlTrack {
  readonly bytes: Uint8Array;
  readonly isEmpty: boolean;
}

/**
 * Reads a track of TTML documents, which ffmpeg does not.
 *
 * @param number of the track among those of this kind, from 0
 * @param clock from times of the file to times of the film
 * @throws PackError `input` or `unsupported` when it cannot be read
 */
export async function readTtmlTrack(
  path: string,
  number: number,
  clock: (time: Ticks) => Ticks,
  signal: AbortSignal | undefined,
): Promise<TtmlTrack> {
  const track = (await readTextMovie(path, [TTML_TRACK]))[number];
  return documentOf(await wholeCues(track, path, clock, signal));
}

/** A track of captions in a package. */
export interface PackagedTextTrack {
  readonly trackId: number;
  /** Path of the .ism, which may lead to the times of its fragments. */
  readonly manifest: string;
}

/** The same for a track of a package, by its track ID. */
export async function readPackagedText(
  ...track: Parameters<typeof readPackagedCues>
): Promise<TtmlTrack> {
  return documentOf(await readPackagedCues(...track));
}

/** All cues of a track of a package, in order of time. */
export async function readPackagedCues(
  path: string,
  { trackId, manifest }: PackagedTextTrack,
  clock: (time: Ticks) => Ticks,
  signal: AbortSignal | undefined,
): Promise<Cue[]> {
  const announced = announcedTimes(path, manifest);
  const tracks = await readTextMovie(path, PACKAGED, { announced });
  const track = tracks.find((one) => one.trackId === trackId);
  return wholeCues(track, path, clock, signal);
}

/** Sample entries of TTML in packages: Smooth Streaming's own, and that of ISO/IEC 14496-30. */
const PACKAGED = ["dfxp", TTML_TRACK];

async function wholeCues(
  track: MovieTrack<"text"> | undefined,
  path: string,
  clock: (time: Ticks) => Ticks,
  signal: AbortSignal | undefined,
): Promise<Cue[]> {
  if (track === undefined)
    throw new PackError("input", `${path}: its track cannot be found.`);
  const samples = samplesOf(track, `${path} track ${track.trackId}`);
  const cues = await cuesOf(samples, path, signal);
  return cues
    .map((cue) => ({ ...cue, begin: clock(cue.begin), end: clock(cue.end) }))
    .filter(({ end }) => end > 0)
    .map((cue) => ({ ...cue, begin: Math.max(0, cue.begin) }));
}

/** A document in the file, and when it is shown on the movie's clock. */
interface TtmlSample {
  readonly offset: number;
  readonly size: number;
  readonly begin: Ticks;
  readonly end: Ticks;
  /** What its own times are ahead of the movie's. */
  readonly ahead: Ticks;
}

/**
 * Times of documents are those of the media, and an edit list moves them; those of Smooth Streaming
 * count from the begin of their fragment. ISO/IEC 14496-30 5.2; docs/format.md, "Captions"
 */
function samplesOf(track: MovieTrack<"text">, where: string): TtmlSample[] {
  const { samples, timescale, movieTimescale, originSeconds } = track;
  const { delay, begin, end } = editedPart(track, where);
  const ticks = (time: number, scale: number) =>
    Math.round((time / scale) * SMOOTH_TIMESCALE);
  const ahead = ticks(begin, timescale) - ticks(delay, movieTimescale);
  const origin = originSeconds * SMOOTH_TIMESCALE;
  const isRelative = track.sampleEntry.type !== TTML_TRACK;
  return Array.from({ length: samples.count }, (_, i) => {
    const [from, to] = [i, i + 1].map((row) =>
      Math.min(Math.max(at(samples.decodeTime, row), begin), end),
    ) as [number, number];
    const start = ticks(from, timescale) - ahead + origin;
    return {
      offset: at(samples.offset, i),
      size: at(samples.size, i),
      begin: start,
      end: ticks(to, timescale) - ahead + origin,
      ahead: isRelative ? -start : ahead,
    };
  });
}

async function cuesOf(
  samples: readonly TtmlSample[],
  path: string,
  signal: AbortSignal | undefined,
): Promise<Cue[]> {
  requireSize(samples, path);
  const file = await openForReading(path);
  try {
    const fragments: { time: Ticks; cues: Cue[] }[] = [];
    let [before, read]: [Buffer, readonly Cue[]] = [Buffer.alloc(0), []];
    for (const { offset, size, begin, end, ahead } of samples) {
      throwIfAborted(signal);
      const bytes = Buffer.from(await readAt(file, offset, size));
      // Most documents of a track in fragments say nothing, in the same words.
      if (!bytes.equals(before)) read = await documentCues(bytes, path);
      before = bytes;
      const cues = read
        .map((cue) => ({
          ...cue,
          begin: Math.max(cue.begin - ahead, begin),
          end: Math.min(cue.end - ahead, end),
        }))
        .filter((cue) => cue.end > cue.begin);
      fragments.push({ time: 0, cues });
    }
    return joinFragments(fragments).sort((a, b) => a.begin - b.begin);
  } finally {
    await file.close();
  }
}

function requireSize(samples: readonly TtmlSample[], path: string): void {
  const bytes = samples.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= MOST_CAPTION_BYTES) return;
  throw new PackError(
    "input",
    `${path}: its documents have ${bytes} bytes. Expected at most ${MOST_CAPTION_BYTES}.`,
  );
}

async function documentCues(bytes: Uint8Array, path: string): Promise<Cue[]> {
  if (bytes.length === 0) return [];
  try {
    return await readTtmlDocument(bytes);
  } catch (error) {
    if (!(error instanceof CaptionError)) throw error;
    throw new PackError("input", `${path}: ${error.message}`, { cause: error });
  }
}

function documentOf(cues: readonly Cue[]): TtmlTrack {
  const duration = Math.max(0, ...cues.map(({ end }) => end));
  const whole = [{ time: 0, duration }];
  const [bytes = new Uint8Array()] = cutIntoFragments(packCues(cues), whole);
  return { bytes, isEmpty: cues.length === 0 };
}
