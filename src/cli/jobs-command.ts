import type { FilmStatus } from "../queue/list-films.js";
import { fitPath, padEnd } from "./columns.js";
import { say, writeLine } from "./process.js";
import { withQueue, type QueueFlags } from "./queue.js";

/** `mss-pack jobs --redis ...` */
export async function jobsCommand(flags: QueueFlags): Promise<void> {
  const films = await withQueue(flags, async (connected) => {
    const { listFilms } = await import("../queue/list-films.js");
    return listFilms(connected);
  });
  if (flags.json)
    return films.forEach((film) => writeLine({ type: "film", ...film }));
  if (films.length === 0) return say("No film is in the queue.");
  process.stdout.write(`${films.map(filmLine).join("\n")}\n`);
}

/** As many digits as tell a million films apart. */
const ID_DIGITS = 12;

function filmLine(film: FilmStatus): string {
  const { id, state, done, steps, input, failure } = film;
  const line = [
    id.slice(0, ID_DIGITS),
    padEnd(state, 9),
    padEnd(`${done}/${steps}`, 11),
    fitPath(input, 40).trimEnd(),
  ].join("  ");
  return failure === undefined
    ? line
    : `${line}\n  ${failure.message.replaceAll("\n", "\n  ")}`;
}
