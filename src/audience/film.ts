import { languageIn, type LoggedLevel, type StreamType } from "./address.js";
import { getOrMake } from "./fields.js";

/** One package in the logs: its streams, and its tally for each day. */
export class Film {
  readonly streams = new Map<string, FilmStream>();
  readonly rungs: WatchedRung[] = [];
  readonly #shown = new Map<string, Shown>();
  /** By day, counted from 1970 (UTC). */
  readonly days = new Map<number, DayTally>();
  /** How many playbacks watched each minute of the film, from 0. */
  readonly minutes = new Map<number, number>();
  /** At least one request for it succeeded. */
  isServed = false;

  /** @param index the film's own number */
  constructor(
    readonly name: string,
    readonly index: number,
  ) {}

  tallyOf(second: number): DayTally {
    const day = Math.floor(second / SECONDS_PER_DAY);
    return getOrMake(this.days, day, () => new DayTally());
  }

  /** @param rung index of a rung */
  isText(rung: number): boolean {
    return this.rungs[rung]?.stream.type === "text";
  }

  /** The same object for the same streams: the key of a tally. */
  shownOf({ rung, audio, captions }: Shown): Shown {
    const key = [rung.index, audio?.name, captions?.name].join("/");
    return getOrMake(this.#shown, key, () => ({ rung, audio, captions }));
  }

  rungOf({ stream: name, type, language, bitrate }: LoggedLevel): WatchedRung {
    const stream = getOrMake(
      this.streams,
      name,
      () => new FilmStream(name, type),
    );
    // Some lines give the type and the language, the others only a name.
    if (stream.type === "unknown") stream.type = type;
    stream.toldLanguage ??= language;
    return getOrMake(stream.rungs, bitrate, () => {
      const rung = { index: this.rungs.length, stream, bitrate };
      this.rungs.push(rung);
      return rung;
    });
  }
}

export const SECONDS_PER_DAY = 86_400;

/** What a playback showed at one moment. */
export interface Shown {
  readonly rung: WatchedRung;
  /** Undefined when it fetched none for this moment. */
  readonly audio: FilmStream | undefined;
  readonly captions: FilmStream | undefined;
}

/** How long something was watched. */
export interface RungTime {
  /** Of fragments with a logged duration, in 10 MHz ticks. */
  ticks: number;
  /** How often each other fragment was watched, by its place in the stream. */
  readonly untold: Map<number, number>;
}

/** Counts of one package on one day: sums and sets only, so that any two tallies can be added. */
export class DayTally {
  /** Numbers of the clients that fetched something to play. */
  readonly viewers = new Set<number>();
  /** Playbacks that began. */
  playbacks = 0;
  /** Stalls of all playbacks, playbacks with a stall, and playbacks whose lines tell of stalls. */
  stalls = 0;
  stalledPlaybacks = 0;
  stallsTold = 0;
  /** How many playbacks fetched something in each minute, counted from 1970. */
  readonly active = new Map<number, number>();
  /** The same in each hour of the day (UTC); the sum of all days. */
  readonly hours: number[] = new Array<number>(24).fill(0);
  switchesUp = 0;
  switchesDown = 0;
  requests = 0;
  bytes = 0;
  aborted = 0;
  cacheHits = 0;
  /** Requests whose line has the cache's state. */
  cacheTold = 0;
  /** Requests that failed, by status. */
  readonly errors = new Map<number, number>();
  readonly watched = new Map<Shown, RungTime>();

  /** One more fragment watched. */
  watch(shown: Shown, place: number): void {
    const time = this.#timeOf(shown);
    const duration = shown.rung.stream.toldDuration(place);
    if (duration !== undefined) time.ticks += duration;
    else time.untold.set(place, (time.untold.get(place) ?? 0) + 1);
  }

  add(other: DayTally): void {
    for (const viewer of other.viewers) this.viewers.add(viewer);
    for (const name of SUMS) this[name] += other[name];
    for (const [minute, count] of other.active)
      this.active.set(minute, (this.active.get(minute) ?? 0) + count);
    for (const [hour, count] of other.hours.entries())
      this.hours[hour] = (this.hours[hour] ?? 0) + count;
    for (const [status, count] of other.errors) this.fail(status, count);
    for (const [shown, { ticks, untold }] of other.watched) {
      const time = this.#timeOf(shown);
      time.ticks += ticks;
      for (const [place, count] of untold)
        time.untold.set(place, (time.untold.get(place) ?? 0) + count);
    }
  }

  /** A playback fetched something in this minute for the first time. */
  enterMinute(minute: number): void {
    this.active.set(minute, (this.active.get(minute) ?? 0) + 1);
  }

  /** The same for an hour of the day. */
  enterHour(hour: number): void {
    this.hours[hour] = (this.hours[hour] ?? 0) + 1;
  }

  fail(status: number, count = 1): void {
    this.errors.set(status, (this.errors.get(status) ?? 0) + count);
  }

  #timeOf(shown: Shown): RungTime {
    let time = this.watched.get(shown);
    if (time === undefined) {
      time = { ticks: 0, untold: new Map() };
      this.watched.set(shown, time);
    }
    return time;
  }
}

const SUMS = [
  ...(["playbacks", "switchesUp", "switchesDown", "requests"] as const),
  ...(["bytes", "aborted", "cacheHits", "cacheTold"] as const),
  ...(["stalls", "stalledPlaybacks", "stallsTold"] as const),
];

/** A quality of a stream, as in addresses. */
export interface WatchedRung {
  /** Place in the list of its film's rungs. */
  readonly index: number;
  readonly stream: FilmStream;
  readonly bitrate: number;
}

export class FilmStream {
  readonly rungs = new Map<number, WatchedRung>();
  /** The begin of each fragment, in 10 MHz ticks, in the order of their first lines. */
  readonly times: number[] = [];
  /** The duration of each fragment, in ticks; 0 while no line has given it. */
  readonly #durations: number[] = [];
  readonly #places = new Map<number, number>();
  #estimated: readonly number[] = [];
  /** From the package; only the origin's lines have it. */
  toldLanguage: string | undefined;

  constructor(
    readonly name: string,
    public type: StreamType,
  ) {}

  /** Three letters, ISO 639-2; `und` when neither the lines nor the name tell. */
  get language(): string {
    return this.toldLanguage ?? languageIn(this.name) ?? "und";
  }

  /** The place of a fragment in {@link times}. The first duration in a log counts. */
  placeOf(time: number, duration: number | undefined): number {
    const place = getOrMake(this.#places, time, () => {
      this.#durations.push(0);
      return this.times.push(time) - 1;
    });
    if (duration !== undefined) this.#durations[place] ||= duration;
    return place;
  }

  /** The duration in ticks from a log; undefined while no line has given it. */
  toldDuration(place: number): number | undefined {
    return this.#durations[place] || undefined;
  }

  /** The same, estimated from the times of the other fragments. Call it when all logs are read. */
  estimatedDuration(place: number): number {
    if (this.#estimated.length !== this.times.length)
      this.#estimated = estimateDurations(this.times);
    return this.#estimated[place] ?? 0;
  }
}

/** The usual duration, if nothing can be estimated: two seconds, in 10 MHz ticks. */
const USUAL_DURATION = 2e7;

/** A difference so many times the common one has missing fragments in it. */
const GAP = 1.5;

/**
 * Estimates durations from the begins of fragments. A fragment lasts until the next begins. Before
 * a gap, and at the end, it lasts as long as most.
 *
 * @param times begins of a stream's fragments, in ticks, in any order, none twice
 * @returns durations in ticks, in the same order
 */
export function estimateDurations(times: readonly number[]): number[] {
  const sorted = Float64Array.from(times).sort();
  const differences = sorted.slice(1).map((time, i) => time - (sorted[i] ?? 0));
  const common = mostCommon(differences) ?? USUAL_DURATION;
  const until = new Map<number, number>();
  differences.forEach((difference, i) =>
    until.set(sorted[i] ?? 0, difference > GAP * common ? common : difference),
  );
  return times.map((time) => until.get(time) ?? common);
}

/** Of several equally common values the smallest: gaps make differences larger, never smaller. */
function mostCommon(values: Float64Array): number | undefined {
  const sorted = Float64Array.from(values).sort();
  let [best, bestCount, count] = [undefined as number | undefined, 0, 0];
  sorted.forEach((value, i) => {
    count = value === sorted[i - 1] ? count + 1 : 1;
    if (count > bestCount) [best, bestCount] = [value, count];
  });
  return best;
}
