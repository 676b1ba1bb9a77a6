import { codecOfSampleEntry, type Codec } from "../codecs/index.js";
import { stat } from "node:fs/promises";
import type { EncodedRung } from "../encode/index.js";
import { PackError } from "../errors.js";
import { readMoov } from "../isobmff/movie.js";
import { readMovieTracks, type MovieTrack } from "../isobmff/tracks.js";
import {
  at,
  byteLength,
  type SampleTable,
  type Track,
} from "../media/track.js";
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
  return onSmoothClock(joinTracks(tracks, rung.name), rung.name);
}

async function readPiece(path: string, codecName: string): Promise<Track> {
  const tracks = readMovieTracks(await readMoov(path), path);
  const { size } = await stat(path);
  for (const movieTrack of tracks) {
    const codec = codecOfSampleEntry(movieTrack.sampleEntry.type);
    if (codec?.name !== codecName) continue;
    requireInside(
      movieTrack.samples,
      size,
      `${path} track ${movieTrack.trackId}`,
    );
    return toTrack(movieTrack, codec, path);
  }
  const found =
    tracks.map((track) => track.sampleEntry.type).join(", ") || "none";
  throw new PackError(
    "mux",
    `${path}: no ${codecName} track. Sample entries found: ${found}.`,
  );
}

/** Samples lie in the file, and not upon one another: a small file must not become a large package. */
function requireInside(
  samples: SampleTable,
  fileSize: number,
  where: string,
): void {
  for (let i = 0; i < samples.count; i++) {
    const end = at(samples.offset, i) + at(samples.size, i);
    if (end <= fileSize) continue;
    throw new PackError(
      "input",
      `${where}: sample ${i + 1} ends at byte ${end}, the file at ${fileSize}.`,
      { hint: "The file is cut off or its index is damaged." },
    );
  }
  const bytes = byteLength(samples);
  if (bytes <= fileSize) return;
  throw new PackError(
    "input",
    `${where}: its samples have ${bytes} bytes, the file ${fileSize}.`,
    { hint: "The file's index is damaged." },
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
