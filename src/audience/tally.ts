import type { Rung } from "./stream.js";

/** What was watched of a rung. */
export interface RungTime {
  /** Of fragments whose duration a log told, in 10 MHz ticks. */
  ticks: number;
  /** How often each of the others was watched, by its place in the stream. */
  readonly untold: Map<number, number>;
}

/** What happened to one package on one day; sums and sets only, so that any two can be put together. */
export class Tally {
  /** Numbers of the clients that fetched something to play. */
  readonly viewers = new Set<number>();
  /** Playbacks that began. */
  playbacks = 0;
  switchesUp = 0;
  switchesDown = 0;
  requests = 0;
  bytes = 0;
  aborted = 0;
  cacheHits = 0;
  /** Requests of which the log tells whether a cache had it. */
  cacheTold = 0;
  /** Requests that failed, by status. */
  readonly errors = new Map<number, number>();
  readonly watched = new Map<Rung, RungTime>();

  /** One more fragment watched. */
  watch(rung: Rung, place: number): void {
    const time = this.#timeOf(rung);
    const told = rung.stream.toldDuration(place);
    if (told !== undefined) time.ticks += told;
    else time.untold.set(place, (time.untold.get(place) ?? 0) + 1);
  }

  add(other: Tally): void {
    for (const viewer of other.viewers) this.viewers.add(viewer);
    for (const name of SUMS) this[name] += other[name];
    for (const [status, count] of other.errors) this.fail(status, count);
    for (const [rung, { ticks, untold }] of other.watched) {
      const time = this.#timeOf(rung);
      time.ticks += ticks;
      for (const [place, count] of untold)
        time.untold.set(place, (time.untold.get(place) ?? 0) + count);
    }
  }

  fail(status: number, count = 1): void {
    this.errors.set(status, (this.errors.get(status) ?? 0) + count);
  }

  #timeOf(rung: Rung): RungTime {
    let time = this.watched.get(rung);
    if (time === undefined) {
      time = { ticks: 0, untold: new Map() };
      this.watched.set(rung, time);
    }
    return time;
  }
}

const SUMS = [
  ...(["playbacks", "switchesUp", "switchesDown", "requests"] as const),
  ...(["bytes", "aborted", "cacheHits", "cacheTold"] as const),
];
