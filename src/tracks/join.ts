import { PackError } from "../errors.js";
import {
  newTable,
  putRows,
  trackEnd,
  type SampleTable,
  type Track,
} from "../media/track.js";

/**
 * Pieces that follow one another as one track.
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
