import { FetchPool, NONE, type Fetch } from "./fetch-pool.js";
import type { Film } from "./film.js";
import { getOrMake } from "./get-or-make.js";
import { splitAtPauses, watchedOf, type Watched } from "./watched.js";

/** Without a session id, a client that asks for nothing for so long has stopped: half an hour. */
export const PAUSE_SECONDS = 1800;

/** With one, it may have paused over lunch; on the next day it is another playback: six hours. */
export const SESSION_PAUSE_SECONDS = 6 * 3600;

/** Lines of several workers, and of requests that took long, come so much too late at most: ten minutes. */
const DISORDER_SECONDS = 600;

/** How many fetches are taken before playbacks that have ended are looked for. */
const SWEEP_EVERY = 50_000;

/** Fetches of one viewer of one film that may become one playback, or several. */
interface Open {
  readonly film: Film;
  readonly pauseSeconds: number;
  fetches: number;
  first: number;
  last: number;
}

/**
 * Collects fetches until a playback has ended, then counts what was watched.
 * Nothing depends on the order of lines, as long as they are not hours out of
 * order.
 */
export class Playbacks {
  readonly #pool = new FetchPool();
  readonly #open = new Map<string, Open>();
  #span = new Span();

  constructor(readonly sweepEvery = SWEEP_EVERY) {}

  /** How many are open; what they hold is in memory. */
  get open(): number {
    return this.#open.size;
  }

  /**
   * @param key what its fetches have in common: session, or client and agent
   * @param isSession the player told a session id
   */
  add(film: Film, key: string, isSession: boolean, fetch: Fetch): void {
    const { second } = fetch;
    const open = getOrMake(this.#open, key, () => ({
      ...{ film, fetches: NONE, first: second, last: second },
      pauseSeconds: isSession ? SESSION_PAUSE_SECONDS : PAUSE_SECONDS,
    }));
    open.fetches = this.#pool.add(open.fetches, fetch);
    open.first = Math.min(open.first, second);
    open.last = Math.max(open.last, second);
    this.#span.add(second);
    if (this.#span.count >= this.sweepEvery) this.#sweep();
  }

  /** Counts all that are still open: the logs are read. */
  finish(): void {
    for (const open of this.#open.values()) this.#close(open);
    this.#open.clear();
  }

  /**
   * Closes what no line near the last ones can belong to. Logs may be read
   * forwards or backwards, and a line with a wrong time only delays this.
   */
  #sweep(): void {
    const { from, to } = this.#span;
    for (const [key, open] of this.#open) {
      const far = open.pauseSeconds + DISORDER_SECONDS;
      if (open.last >= from - far && open.first <= to + far) continue;
      this.#close(open);
      this.#open.delete(key);
    }
    this.#span = new Span();
  }

  #close({ film, fetches, pauseSeconds }: Open): void {
    for (const part of splitAtPauses(this.#pool.take(fetches), pauseSeconds)) {
      film.tallyOf(part[0]?.second ?? 0).playbacks += 1;
      countWatched(film, watchedOf(film, part));
    }
  }
}

/** The times of the fetches since the last look. */
class Span {
  count = 0;
  from = Infinity;
  to = -Infinity;

  add(second: number): void {
    this.count += 1;
    this.from = Math.min(this.from, second);
    this.to = Math.max(this.to, second);
  }
}

/** Minutes of a film, in 10 MHz ticks. */
const TICKS_PER_MINUTE = 60e7;

/** @param watched of one playback, in the order of the film */
function countWatched(film: Film, watched: readonly Watched[]): void {
  let [lastMinute, lastBitrate] = [-1, 0];
  for (const { rung, place, time, second } of watched) {
    const tally = film.tallyOf(second);
    tally.watch(rung, place);
    if (lastMinute >= 0 && rung.bitrate > lastBitrate) tally.switchesUp += 1;
    if (lastMinute >= 0 && rung.bitrate < lastBitrate) tally.switchesDown += 1;
    const minute = Math.floor(time / TICKS_PER_MINUTE);
    if (minute !== lastMinute)
      film.minutes.set(minute, (film.minutes.get(minute) ?? 0) + 1);
    [lastMinute, lastBitrate] = [minute, rung.bitrate];
  }
}
