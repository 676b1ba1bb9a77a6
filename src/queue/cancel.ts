import { PackError } from "../errors.js";
import { forgetFilm } from "./add-films.js";
import type { Connected } from "./connect.js";
import { listFilms, type FilmStatus } from "./list-films.js";

/**
 * Takes a film out of the queue. Workers that are at it stop within seconds; what is encoded stays in its work folder.
 *
 * @param id or its first digits
 * @throws PackError `usage` when no film, or more than one, is called so
 */
export async function cancelFilm(
  connected: Connected,
  id: string,
  signal: AbortSignal,
): Promise<FilmStatus> {
  const film = filmCalled(id, await listFilms(connected));
  const job = await connected.films.getJob(film.id);
  if (film.state !== "done" && film.state !== "failed")
    await job?.updateData({ ...job.data, cancelled: true });
  await forgetFilm(connected, film.id, signal);
  return film;
}

function filmCalled(id: string, films: readonly FilmStatus[]): FilmStatus {
  const called = films.filter((film) => id !== "" && film.id.startsWith(id));
  const [film, other] = called;
  if (film !== undefined && other === undefined) return film;
  throw new PackError(
    "usage",
    film === undefined
      ? `No film in the queue is called ${id}.`
      : `${called.length} films in the queue begin with ${id}.`,
    { hint: "mss-pack jobs lists them.", facts: { found: id } },
  );
}
