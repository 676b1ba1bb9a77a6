import { join } from "node:path";
import { checkMovie } from "../mp4/check-movie.js";
import { writeMovie } from "../mp4/write-movie.js";
import { notesByName, tracksOfRung, type Conversion } from "./conversion.js";
import { namedCaptions, writeCaptions } from "./convert-captions.js";
import type { ConvertFilm } from "./convert-film.js";
import { levelNotes, type NamedTrack } from "./mux-plan.js";

/**
 * One MP4 of the highest rung, or of one of the asked height, and the highest rung of each sound. Captions lie
 * beside it, where players look for them.
 *
 * @throws PackError `usage` when there is no such rung
 */
export function planMovie(
  film: ConvertFilm,
  { rung }: { readonly rung?: string | undefined },
): Conversion {
  const captions = namedCaptions(film, "vtt");
  const chosen = highestOfEach(tracksOfRung(film.tracks, rung));
  const tracks = chosen.map(({ source: { track }, fragments }) => ({
    ...{ track, fragments },
  }));
  const main = `${film.name}.mp4`;
  // One rung has no others that are nearly like it.
  const levels = levelNotes(film.tracks);
  const own = film.notes.filter((note) => !levels.includes(note));
  const notes = notesByName(own, film.tracks, (track) =>
    chosen.includes(track) ? `${main} (${wordsOf(track)})` : undefined,
  );
  return {
    files: [...captions.map(({ file }) => file), main],
    ...{ bytes: film.bytes, end: film.end, notes },
    async write(folder, options) {
      const path = join(folder, main);
      await writeMovie(path, tracks, options);
      await checkMovie(path, tracks);
      await writeCaptions(captions, "vtt", folder);
    },
  };
}

function wordsOf({ source: { kind, track } }: NamedTrack): string {
  return kind === "video" ? "picture" : `sound ${track.language}`;
}

/** Of each stream, in the order of the streams. */
function highestOfEach(tracks: readonly NamedTrack[]): NamedTrack[] {
  const streams = [...new Set(tracks.map(({ stream }) => stream))];
  return streams.flatMap((name) =>
    tracks
      .filter(({ stream }) => stream === name)
      .sort((a, b) => b.bitrate - a.bitrate)
      .slice(0, 1),
  );
}
