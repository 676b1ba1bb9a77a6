import { say, writeLine } from "./process.js";
import { withQueue, type QueueFlags } from "./queue.js";

/** `mss-pack cancel ID --redis ...` */
export async function cancelCommand(
  id: string,
  flags: QueueFlags,
  signal: AbortSignal,
): Promise<void> {
  const film = await withQueue(flags, async (connected) => {
    const { cancelFilm } = await import("../queue/cancel.js");
    return cancelFilm(connected, id, signal);
  });
  if (flags.json)
    return writeLine({ type: "cancelled", id: film.id, input: film.input });
  say(
    `${film.input}: is out of the queue. What is encoded stays: ${film.plan}`,
  );
}
