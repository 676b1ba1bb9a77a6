import { getOrMake } from "./fields.js";
import type { Film } from "./film.js";
import { countWatched, type Fetch, watchedOf } from "./watched.js";

/** Without a session id: half an hour without a request ends a playback. */
const PAUSE_SECONDS = 1800;

/** With a session id: six hours. A viewer may pause over lunch; the next day is another playback. */
const SESSION_PAUSE_SECONDS = 6 * 3600;

/** Lines of several origins, and of long requests, are at most so much late: ten minutes. */
const DISORDER_SECONDS = 600;

/** Fetches between two searches for ended playbacks. */
const SWEEP_EVERY = 50_000;

/** Fetches of one viewer of one film that may become one playback, or several. */
interface OpenPlayback {
  readonly film: Film;
  readonly pauseSeconds: number;
  fetches: number;
  first: number;
  last: number;
}

/**
 * Collects fetches until a playback has ended, then counts the watched fragments. The order of
 * lines does not matter, as long as they are at most ten minutes out of order.
 */
export class Playbacks {
  readonly #pool = new FetchPool();
  readonly #open = new Map<string, OpenPlayback>();
  #span = new FetchTimes();

  constructor(readonly sweepEvery = SWEEP_EVERY) {}

  /** The number of open playbacks; their fetches are in memory. */
  get open(): number {
    return this.#open.size;
  }

  /**
   * @param key common to its fetches: session, or client and agent
   * @param isSession the player sent a session id
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

  /** Counts all open playbacks. Call it when the logs are read. */
  finish(): void {
    for (const open of this.#open.values()) this.#close(open);
    this.#open.clear();
  }

  /**
   * Closes playbacks that no line near the last ones can belong to. Logs may be read forwards or
   * backwards, and a line with a wrong time only delays this.
   */
  #sweep(): void {
    const { from, to } = this.#span;
    for (const [key, open] of this.#open) {
      const far = open.pauseSeconds + DISORDER_SECONDS;
      if (open.last >= from - far && open.first <= to + far) continue;
      this.#close(open);
      this.#open.delete(key);
    }
    this.#span = new FetchTimes();
  }

  #close({ film, fetches, pauseSeconds }: OpenPlayback): void {
    for (const part of splitAtPauses(this.#pool.take(fetches), pauseSeconds)) {
      // Captions tell what was read beside the film; alone they are no playback.
      const played = part.filter(({ rung }) => !film.isText(rung));
      if (played.length === 0) continue;
      film.tallyOf(played[0]?.second ?? 0).playbacks += 1;
      countStalls(film, played);
      countPresence(film, played);
      countWatched(film, watchedOf(film, part));
    }
  }
}

/** Cuts fetches at pauses of more than so many seconds. */
function splitAtPauses(
  fetches: readonly Fetch[],
  pauseSeconds: number,
): Fetch[][] {
  const sorted = [...fetches].sort((a, b) => a.second - b.second);
  const parts: Fetch[][] = [];
  let last = -Infinity;
  for (const fetch of sorted) {
    if (fetch.second - last > pauseSeconds) parts.push([]);
    parts.at(-1)?.push(fetch);
    last = fetch.second;
  }
  return parts;
}

/** The times of the fetches since the last sweep. */
class FetchTimes {
  count = 0;
  from = Infinity;
  to = -Infinity;

  add(second: number): void {
    this.count += 1;
    this.from = Math.min(this.from, second);
    this.to = Math.max(this.to, second);
  }
}

/**
 * Counts a playback once in each minute and in each hour of the clock with a fetch.
 *
 * @param part in the order of their time
 */
function countPresence(film: Film, part: readonly Fetch[]): void {
  let [lastMinute, lastHour] = [-1, -1];
  for (const { second } of part) {
    const [minute, hour] = [Math.floor(second / 60), Math.floor(second / 3600)];
    const tally = film.tallyOf(second);
    if (minute !== lastMinute) tally.enterMinute(minute);
    if (hour !== lastHour) tally.enterHour(hour % 24);
    [lastMinute, lastHour] = [minute, hour];
  }
}

/**
 * Counts the stalls of a playback on its first day. A player may tell one stall with the next
 * fragment of each stream, so the stream that tells most counts.
 */
function countStalls(film: Film, part: readonly Fetch[]): void {
  if (part.every(({ stalled }) => stalled === undefined)) return;
  const byStream = new Map<unknown, number>();
  for (const { rung, stalled, second } of part) {
    const stream = film.rungs[rung]?.stream;
    // At the begin players tell that they have nothing yet.
    if (stalled === true && second !== part[0]?.second)
      byStream.set(stream, (byStream.get(stream) ?? 0) + 1);
  }
  const stalls = Math.max(0, ...byStream.values());
  const tally = film.tallyOf(part[0]?.second ?? 0);
  tally.stallsTold += 1;
  tally.stalls += stalls;
  if (stalls > 0) tally.stalledPlaybacks += 1;
}

/** How a row keeps `stalled`, above the rung. */
const TELLS = 2 ** 30;
const STALLED = 2 ** 31;

/** The end of a list. */
const NONE = 0;

const FIELDS = 4;
const FIRST_ROOM = 4096;

/**
 * The fetches of all open playbacks, 16 bytes each, in one array: a list for each playback, the
 * newest first. New fetches reuse the rows of removed lists.
 */
class FetchPool {
  /** Next of the list, second, rung, place. The first row stays empty. */
  #rows = new Uint32Array(FIRST_ROOM * FIELDS);
  #used = 1;
  #free = NONE;

  /** @returns the list with one more fetch in front */
  add(list: number, { second, rung, place, stalled }: Fetch): number {
    const row = this.#takeRow();
    this.#rows[row * FIELDS] = list;
    this.#rows[row * FIELDS + 1] = second;
    const flags = stalled === undefined ? 0 : TELLS + (stalled ? STALLED : 0);
    this.#rows[row * FIELDS + 2] = rung + flags;
    this.#rows[row * FIELDS + 3] = place;
    return row;
  }

  /** The fetches of a list. Removes the list. */
  take(list: number): Fetch[] {
    const fetches: Fetch[] = [];
    for (let row = list; row !== NONE;) {
      const at = row * FIELDS;
      const [next = NONE, second = 0, word = 0, place = 0] =
        this.#rows.subarray(at, at + FIELDS);
      const stalled = word % STALLED >= TELLS ? word >= STALLED : undefined;
      fetches.push({ second, rung: word % TELLS, place, stalled });
      this.#rows[at] = this.#free;
      this.#free = row;
      row = next;
    }
    return fetches;
  }

  #takeRow(): number {
    if (this.#free !== NONE) {
      const row = this.#free;
      this.#free = this.#rows[row * FIELDS] ?? NONE;
      return row;
    }
    if ((this.#used + 1) * FIELDS > this.#rows.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const larger = new Uint32Array(Math.ceil(this.#rows.length * 1.5));
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
