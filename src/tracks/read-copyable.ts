import { PackError, readingError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { SMOOTH_TIMESCALE, type Rational, type Ticks } from "../media/time.js";
import { at, averageBitrate } from "../media/track.js";
import type { CopyFacts, CopyRefusal, CopyAudio } from "../plan/copyable.js";
import type { RangeSettings } from "../plan/range.js";
import { trackOfStream } from "../probe/source-file.js";
import {
  audioIn,
  type SourceAudio,
  type SourceInfo,
  type SourceStream,
  videoIn,
} from "../probe/source-info.js";
import { readCopyableVideo } from "./copyable-video.js";
import { editedPart } from "./edit-list.js";
import { readAsIs } from "./read-copied.js";

/**
 * Finds the tracks of an MP4 that can be packaged as they are. Reads its tables and the
 * first bytes of its key frames. A fault in the file is an answer, not an error.
 *
 * @param rate of the package's picture; undefined when there is none
 * @param range the part of the film that is packaged
 */
export async function readCopyable(
  source: SourceInfo,
  rate: Rational | undefined,
  gopSeconds: number,
  range: RangeSettings = {},
): Promise<CopyFacts> {
  const { path } = source;
  const [video, audioStreams] = [videoIn(source), audioIn(source)];
  const read = await orReason(path, async () => {
    const movie = await readMovie(path);
    return { movie, begins: movie.map((track) => beginOf(track, path)) };
  });
  if ("reason" in read)
    return {
      begin: 0,
      video: read,
      audio: audioStreams.map(() => read),
    };
  const { movie, begins } = read;
  const begin = begins.reduce((a, b) => Math.min(a, b), Infinity);
  /** Counts from the start of the file, which is ffmpeg's time 0. */
  const find = (stream: SourceStream) => {
    const track = trackOfStream(movie, source, stream);
    const ticks = (begins[movie.indexOf(track)] ?? NaN) - begin;
    requireSameStart(ticks, stream.startSeconds);
    return track;
  };
  return {
    begin,
    ...(video &&
      rate && {
        video: await orReason(path, async () =>
          readCopyableVideo(find(video), {
            ...{ path, video, rate, gopSeconds, range },
          }),
        ),
      }),
    audio: await Promise.all(
      audioStreams.map((audio) =>
        orReason(path, async () => copyableAudio(find(audio), path, audio)),
      ),
    ),
  };
}

/** The result of the work, or a sentence with the reason for its failure. */
async function orReason<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T | CopyRefusal> {
  try {
    return await work();
  } catch (error) {
    // Tables that contradict themselves are a fault of the file, not of this program.
    const isOfFile = error instanceof PackError || error instanceof RangeError;
    if (!isOfFile) throw error;
    const reason = error instanceof PackError ? error.facts["fault"] : "";
    const words = readingError(error)
      .replaceAll(`${path} `, "")
      .replace(/\.$/, "");
    const why =
      typeof reason === "string" && reason !== "" ? `; ${reason}` : "";
    return { reason: `${words}${why}` };
  }
}

/** When a track begins on the movie's clock, in 10 MHz ticks: at its first shown sample. */
function beginOf(track: MovieTrack, path: string): Ticks {
  const { samples, timescale, movieTimescale, trackId } = track;
  const { delay, begin } = editedPart(track, `${path} track ${trackId}`);
  let first = Infinity;
  for (let i = 0; i < samples.count; i++) {
    const shown = at(samples.decodeTime, i) + at(samples.compositionOffset, i);
    if (shown < first) first = shown;
  }
  const late = Math.max(0, first - begin) / timescale;
  return Math.round((delay / movieTimescale + late) * SMOOTH_TIMESCALE);
}

/** Clocks are rounded, and some programs count the lead-in of AAC in another way. */
const SAME_START_SECONDS = 0.002;

/** ffmpeg makes the other tracks, so it must see this one begin at the same time. */
function requireSameStart(begin: Ticks, announcedSeconds: number): void {
  const seconds = begin / SMOOTH_TIMESCALE;
  if (Math.abs(seconds - announcedSeconds) <= SAME_START_SECONDS) return;
  throw new PackError(
    "input",
    `by its tables it begins at ${seconds.toFixed(3)} s, by ffprobe at ${announcedSeconds.toFixed(3)} s. Expected the same.`,
  );
}

/**
 * The facts about a sound that can be packaged as it is.
 *
 * @throws PackError `input` or `unsupported` when it cannot
 */
export async function copyableAudio(
  movieTrack: MovieTrack,
  path: string,
  { codec, channels, sampleRate }: SourceAudio,
): Promise<CopyAudio> {
  const track = await readAsIs(movieTrack, codec, path);
  const { format } = track;
  if (format.kind !== "audio")
    throw new PackError("input", `${codec} is not an audio codec.`);
  // HE-AAC that its configuration does not declare is decoded to twice the rate.
  if (format.channels !== channels || format.sampleRate !== sampleRate) {
    throw new PackError(
      "input",
      `its configuration says ${format.channels} channels at ${format.sampleRate} Hz, its frames ${channels} at ${sampleRate} Hz. Expected the same.`,
    );
  }
  return {
    trackId: movieTrack.trackId,
    ...{ channels, sampleRate, bitrate: averageBitrate(track) },
  };
}
