import { setTimeout as delay } from "node:timers/promises";

/** Long enough for a busy machine that also runs ffmpeg. */
const DEADLINE_MS = 60_000;
const PAUSE_MS = 50;

/** What is waited for has ended: it will never answer. */
export class EndedError extends Error {}

/**
 * Asks again and again until the answer is there.
 *
 * @param what is waited for, for the error
 * @param ask gives undefined or throws while it is not there
 * @throws an Error with what the last question threw
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof EndedError) throw error;
      last = error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    await delay(PAUSE_MS);
  }
  throw new Error(`${what}: no answer in ${DEADLINE_MS / 1000} s`, {
    cause: last,
  });
}
