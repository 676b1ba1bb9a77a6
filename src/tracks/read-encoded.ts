import { codecOfSampleEntry } from "../codecs/index.js";
import type { EncodedRung } from "../encode/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import { at, type Track } from "../media/track.js";
import { joinTracks } from "./join.js";
import { readTrack } from "./read-track.js";
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
}: Pick<EncodedRung, "rung" | "pieces">): Promise<Track> {
  const tracks: Track[] = [];
  for (const piece of pieces) tracks.push(await readPiece(piece, rung.codec));
  return onSmoothClock(joinTracks(tracks, rung.name), rung.name);
}

async function readPiece(path: string, codecName: string): Promise<Track> {
  const tracks = await readMovie(path);
  for (const movieTrack of tracks) {
    const codec = codecOfSampleEntry(movieTrack.sampleEntry.type);
    if (codec?.name !== codecName) continue;
    const track = await readTrack(movieTrack, codec, path);
    requireFromZero(track, path);
    return track;
  }
  const found =
    tracks.map((track) => track.sampleEntry.type).join(", ") || "none";
  throw new PackError(
    "mux",
    `${path}: no ${codecName} track. Sample entries found: ${found}.`,
  );
}

/** The plan has put silence and held pictures wherever the source begins late. */
function requireFromZero({ samples }: Track, path: string): void {
  const begin = at(samples.decodeTime, 0);
  if (begin === 0) return;
  throw new PackError(
    "mux",
    `${path}: is presented from ${begin} on. Expected 0.`,
  );
}
