import type { Connected } from "./connect.js";

/** What a film's tasks need to know of it. */
export type FilmState = "wanted" | "cancelled" | "over";

/** Nobody waits for the rest of a film that has failed, and one may be cancelled at any moment. */
export async function filmState(
  { films }: Connected,
  id: string,
): Promise<FilmState> {
  const job = await films.getJob(id);
  if (job === undefined) return "over";
  if (job.data.cancelled) return "cancelled";
  return (await job.isFailed()) ? "over" : "wanted";
}

/** A signal that fires when a film is not wanted any more. */
export function watchFilm(
  connected: Connected,
  id: string,
  everyMs: number,
): { readonly signal: AbortSignal; end(): void } {
  const unwanted = new AbortController();
  const timer = setInterval(() => {
    filmState(connected, id).then(
      (state) => state === "wanted" || unwanted.abort(),
      () => undefined, // the server is away; the lock tells what to do
    );
  }, everyMs);
  return { signal: unwanted.signal, end: () => clearInterval(timer) };
}
