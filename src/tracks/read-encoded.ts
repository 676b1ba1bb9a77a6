import { codecOfSampleEntry } from "../codecs/index.js";
import type { EncodedRung } from "../encode/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import {
  at,
  type Track,
  newTable,
  putRows,
  trackEnd,
  type SampleTable,
} from "../media/track.js";
import { leaveOutSettings } from "./encoder-settings.js";
import { readTrack } from "./read-track.js";
import { onSmoothClock } from "./smooth-clock.js";

/**
 * Reads the tables of an encoded rung: all its pieces as one track that begins
 * at 0, in 10 MHz ticks. No media is read.
 *
 * @throws PackError `mux` when a piece cannot be read or does not fit
 */
export async function readEncoded({
  rung,
  pieces,
}: Pick<EncodedRung, "rung" | "pieces">): Promise<Track> {
  try {
    const tracks: Track[] = [];
    for (const piece of pieces) {
      const track = await readPiece(piece, rung.codec);
      if (pieces.length > 1) await leaveOutSettings(track, piece);
      tracks.push(track);
    }
    return onSmoothClock(joinTracks(tracks, rung.name), rung.name);
  } catch (error) {
    throw ofOurMaking(error);
  }
}

/** The readers blame the user's file. Our own encoder wrote this one, so the input is not to blame. */
function ofOurMaking(error: unknown): unknown {
  if (!(error instanceof PackError)) return error;
  const isOfFile = error.code === "input" || error.code === "unsupported";
  if (!isOfFile) return error;
  const { message, hint, facts } = error;
  return new PackError("mux", message, {
    ...(hint !== undefined && { hint }),
    ...{ facts, cause: error },
  });
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
  const entryTypes =
    tracks.map((track) => track.sampleEntry.type).join(", ") || "none";
  throw new PackError(
    "mux",
    `${path}: no ${codecName} track. Sample entries found: ${entryTypes}.`,
  );
}

/** The plan puts silence and held pictures wherever the source begins late. */
function requireFromZero({ samples }: Track, path: string): void {
  const begin = at(samples.decodeTime, 0);
  if (begin === 0) return;
  throw new PackError(
    "mux",
    `${path}: is presented from ${begin} on. Expected 0.`,
  );
}

/**
 * Joins pieces that follow one another into one track.
 *
 * @param name for messages
 * @throws PackError `mux` when the pieces were not encoded alike
 */
export function joinTracks(pieces: readonly Track[], name: string): Track {
  const [first, ...rest] = pieces;
  if (first === undefined)
    throw new PackError("mux", `${name}: was not encoded.`);
  if (rest.length === 0) return first;
  rest.forEach((piece, i) =>
    requireAlike(first, piece, `${name} piece ${i + 2}`),
  );
  let firstSample = 0;
  const files = pieces.flatMap((piece) => {
    const moved = piece.files.map((file) => ({
      ...file,
      firstSample: file.firstSample + firstSample,
    }));
    firstSample += piece.samples.count;
    return moved;
  });
  return {
    ...first,
    files,
    samples: joinTables(pieces.map((piece) => piece.samples)),
  };
}

function requireAlike(first: Track, piece: Track, where: string): void {
  const isAlike =
    piece.timescale === first.timescale &&
    Buffer.compare(piece.config, first.config) === 0;
  if (!isAlike) {
    throw new PackError(
      "mux",
      `${where}: its decoder configuration differs from the first piece's. Pieces must be encoded alike.`,
    );
  }
}

function joinTables(tables: readonly SampleTable[]): SampleTable {
  const joined = newTable(tables.reduce((sum, { count }) => sum + count, 0));
  let row = 0;
  let time = 0;
  for (const table of tables) {
    putRows(joined, row, table, time);
    row += table.count;
    time += trackEnd(table);
  }
  return joined;
}
