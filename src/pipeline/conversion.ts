import { PackError } from "../errors.js";
import type { Ticks } from "../media/time.js";
import type { NamedTrack } from "./mux-plan.js";

/** What a conversion will write. */
export interface Conversion {
  /** Names; the last one makes the others visible. */
  readonly files: readonly string[];
  /** So many are needed on the disk. */
  readonly bytes: number;
  readonly end: Ticks;
  readonly notes: readonly string[];
  /** Writes all files into a folder, and reads them back. */
  write(folder: string, options: ConversionOptions): Promise<void>;
}

export interface ConversionOptions {
  /** Wait until all is on the disk. */
  readonly fsync: boolean;
  readonly signal: AbortSignal | undefined;
  /** Called now and then with the written share, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * The rungs of the picture that are asked for, and all sounds.
 *
 * @param rung a height, such as `720p`; undefined: all
 * @throws PackError `usage` when there is no such rung
 */
export function tracksOfRung<T extends NamedTrack>(
  tracks: readonly T[],
  rung: string | undefined,
): readonly T[] {
  if (rung === undefined) return tracks;
  const height = Number(/^(\d+)p?$/i.exec(rung)?.[1]);
  const found = tracks.filter((track) => heightOf(track) === height);
  if (found.length > 0)
    return tracks.filter(
      (track) => heightOf(track) === undefined || found.includes(track),
    );
  const heights = tracks.flatMap((track) => heightOf(track) ?? []);
  const rungs = [...new Set(heights)].map((each) => `${each}p`);
  throw new PackError(
    "usage",
    `--rung is "${rung}". Expected ${rungs.length > 0 ? rungs.join(" or ") : "none: there is no picture"}.`,
    { facts: { option: "--rung", found: rung } },
  );
}

function heightOf({ source }: NamedTrack): number | undefined {
  const { format } = source.track;
  return format.kind === "video" ? format.height : undefined;
}

/**
 * Notes on tracks by the names that they get: those of the package say nothing to people who have the result. Notes on a
 * track that is not written are left out.
 *
 * @param nameOf undefined for a track that is not written
 */
export function notesByName<T extends NamedTrack>(
  notes: readonly string[],
  tracks: readonly T[],
  nameOf: (track: T) => string | undefined,
): string[] {
  return notes.flatMap((note) => {
    const begin = `${note.split(": ", 1)[0]}`;
    const about = tracks.find(
      ({ source, file }) => source.label === begin || file === begin,
    );
    if (about === undefined) return note;
    const name = nameOf(about);
    return name === undefined ? [] : `${name}${note.slice(begin.length)}`;
  });
}
