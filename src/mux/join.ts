import { PackError } from "../errors.js";
import { trackEnd, type SampleTable, type Track } from "../media/track.js";

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
  const count = tables.reduce((sum, table) => sum + table.count, 0);
  const joined = {
    count,
    offset: new Float64Array(count),
    size: new Uint32Array(count),
    decodeTime: new Float64Array(count + 1),
    compositionOffset: new Int32Array(count),
    sync: new Uint8Array(count),
  };
  let row = 0;
  let time = 0;
  for (const table of tables) {
    joined.offset.set(table.offset, row);
    joined.size.set(table.size, row);
    joined.decodeTime.set(
      table.decodeTime.map((start) => start + time),
      row,
    );
    joined.compositionOffset.set(table.compositionOffset, row);
    joined.sync.set(table.sync, row);
    row += table.count;
    time += trackEnd(table);
  }
  return joined;
}
