import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { Track } from "../media/track.js";

/** A track of a finished file, as far as its protection needs it. */
export interface ClearTrack {
  /** What initialization vectors are made of: the file's name, and the track's number where there are several. */
  readonly file: string;
  readonly trackId: number;
  readonly track: Track;
}

/**
 * The tracks of a clear file, with their samples where they lie. Nothing is moved on
 * any clock: all times stay as they are.
 *
 * @throws PackError `input` for a file that cannot be read, `mux` for one that is encrypted, or what nobody could decrypt
 */
export async function clearTracks(
  path: string,
  file: string,
): Promise<ClearTrack[]> {
  const movie = await readMovie(path);
  return movie.map((movieTrack) => ({
    file: movie.length === 1 ? file : `${file} track ${movieTrack.trackId}`,
    trackId: movieTrack.trackId,
    track: trackOf(movieTrack, path),
  }));
}

function trackOf(movieTrack: MovieTrack, path: string): Track {
  const { sampleEntry, samples, language, timescale, trackId } = movieTrack;
  const codec = codecOfSampleEntry(sampleEntry.type);
  const where = `${path} track ${trackId}`;
  if (codec === undefined)
    throw new PackError(
      "mux",
      `${where}: is ${sampleEntry.type}. Expected H.264 or AAC-LC in the clear.`,
    );
  const config = Uint8Array.from(codec.readConfig(sampleEntry, where));
  return {
    ...{ codec: codec.name, config, language, timescale, samples },
    format: codec.readFormat(sampleEntry, config),
    files: [{ path, firstSample: 0 }],
  };
}
