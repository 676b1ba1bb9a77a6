import { codecOfSampleEntry, type Codec } from "../codecs/index.js";
import type { EncodedRung } from "../encode/index.js";
import { PackError } from "../errors.js";
import { readMoov } from "../isobmff/movie.js";
import { readMovieTracks, type MovieTrack } from "../isobmff/tracks.js";
import type { Track } from "../media/track.js";
import { fromZero } from "./from-zero.js";
import { joinTracks } from "./join.js";
import { onSmoothClock } from "./smooth-clock.js";

/**
 * Reads the tables of an encoded rung: all its pieces as one track that begins
 * at 0, in 10 MHz ticks. No media is read.
 *
 * @throws PackError `input` or `mux` when a piece cannot be read or does not fit
 */
export async function readEncoded({
  rung,
  pieces,
}: EncodedRung): Promise<Track> {
  const tracks: Track[] = [];
  for (const piece of pieces) {
    const track = await readPiece(piece, rung.codec);
    tracks.push(
      rung.kind === "audio" ? { ...track, language: rung.language } : track,
    );
  }
  return onSmoothClock(joinTracks(tracks, rung.name));
}

async function readPiece(path: string, codecName: string): Promise<Track> {
  const tracks = readMovieTracks(await readMoov(path), path);
  for (const movieTrack of tracks) {
    const codec = codecOfSampleEntry(movieTrack.sampleEntry.type);
    if (codec?.name === codecName) return toTrack(movieTrack, codec, path);
  }
  const found =
    tracks.map((track) => track.sampleEntry.type).join(", ") || "none";
  throw new PackError(
    "mux",
    `${path}: no ${codecName} track. Sample entries found: ${found}.`,
  );
}

function toTrack(track: MovieTrack, codec: Codec, path: string): Track {
  const where = `${path} track ${track.trackId}`;
  if (track.samples.count === 0)
    throw new PackError("mux", `${where}: has no samples.`);
  const config = codec.readConfig(track.sampleEntry, where);
  return {
    codec: codec.name,
    config,
    format: codec.readFormat(track.sampleEntry, config),
    language: track.language,
    timescale: track.timescale,
    samples: fromZero(track, codec.kind, where),
    files: [{ path, firstSample: 0 }],
  };
}
