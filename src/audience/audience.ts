import type { FragmentPlace } from "./address.js";
import { Film, DayTally, type WatchedRung } from "./film.js";
import type { LogRequest } from "./log-lines.js";
import { Playbacks } from "./playbacks.js";
import { NOT_PLAYED } from "./watched.js";

/** The part of the logs that counts. */
export interface Selection {
  /** Path of the package, without `.ism`; all packages when left out. */
  readonly package?: string | undefined;
  /** The first second that counts, since 1970. */
  readonly from: number;
  /** The first second that does not count any more. */
  readonly until: number;
}

/** The film and the level of an address, looked up once. */
interface FilmLevel {
  readonly film: Film;
  rung: WatchedRung | undefined;
}

/** With so many packages, missing ones are not remembered: made-up names must not fill the memory. */
const MOST_MISSING = 20_000;

/** Everything known of the audience while logs are read. */
export class Audience {
  readonly films = new Map<string, Film>();
  /** Requests for no package, or for one that does not exist. */
  readonly elsewhere = new DayTally();
  /** Requests for fragments by robots. */
  robots = 0;
  first = Infinity;
  last = -Infinity;
  readonly #levels = new WeakMap<FragmentPlace, FilmLevel>();
  readonly #clients = new TextNumbers();
  readonly #agents = new TextNumbers();
  readonly #isRobot: boolean[] = [];
  readonly #playbacks = new Playbacks();

  constructor(readonly selection: Selection) {}

  /** Requests should come roughly in the order of their time. */
  take(request: LogRequest): void {
    const { second, place } = request;
    const { package: selectedPackage, from, until } = this.selection;
    if (second < from || second >= until) return;
    if (selectedPackage !== undefined && place.package !== selectedPackage)
      return;
    this.first = Math.min(this.first, second);
    this.last = Math.max(this.last, second);
    const filmLevel = this.#find(place, isGood(request.status));
    const tally = filmLevel?.film.tallyOf(second) ?? this.elsewhere;
    countReply(tally, request);
    if (filmLevel === undefined || !isGood(request.status)) return;
    filmLevel.film.isServed = true;
    this.#watch(filmLevel, tally, request);
  }

  /** Call it when all logs are read. */
  finish(): void {
    this.#playbacks.finish();
    for (const [name, film] of this.films) {
      if (film.isServed) continue;
      for (const tally of film.days.values()) this.elsewhere.add(tally);
      this.films.delete(name);
    }
  }

  #find(place: FragmentPlace, isThere: boolean): FilmLevel | undefined {
    const stored = this.#levels.get(place);
    if (stored !== undefined || place.package === undefined) return stored;
    const knownFilm = this.films.get(place.package);
    if (knownFilm === undefined && !isThere && this.films.size >= MOST_MISSING)
      return undefined;
    const film = knownFilm ?? this.#newFilm(place.package);
    const fresh = { film, rung: undefined };
    this.#levels.set(place, fresh);
    return fresh;
  }

  #newFilm(name: string): Film {
    const film = new Film(name, this.films.size);
    this.films.set(name, film);
    return film;
  }

  #watch(filmLevel: FilmLevel, tally: DayTally, request: LogRequest): void {
    const { film } = filmLevel;
    const { second, place, time, playback, stalled } = request;
    if (place.level === undefined || time === undefined) return;
    // A player that has run out often gives up this very fragment for a smaller one.
    const isPlayed = !request.aborted;
    if (request.method !== "GET" || (!isPlayed && stalled !== true)) return;
    const agent = this.#agents.of(request.agent);
    if ((this.#isRobot[agent] ??= isRobot(request.agent))) {
      this.robots += 1;
      return;
    }
    filmLevel.rung ??= film.rungOf(place.level);
    const { index: rung, stream } = filmLevel.rung;
    const isText = stream.type === "text";
    if (isText && !isPlayed) return;
    const client = this.#clients.of(request.client);
    if (!isText) tally.viewers.add(client);
    const fetch = {
      second,
      rung,
      place: isPlayed ? stream.placeOf(time, request.duration) : NOT_PLAYED,
      stalled,
    };
    const key =
      playback === undefined
        ? `${film.index}/${client}/${agent}`
        : `${film.index}:${playback}`;
    this.#playbacks.add(film, key, playback !== undefined, fetch);
  }
}

/** 304: the player plays its client's cached copy. */
function isGood(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

function countReply(tally: DayTally, request: LogRequest): void {
  tally.requests += 1;
  tally.bytes += request.bytes;
  if (request.cacheHit !== undefined) tally.cacheTold += 1;
  if (request.cacheHit === true) tally.cacheHits += 1;
  if (request.aborted) tally.aborted += 1;
  else if (request.status >= 400) tally.fail(request.status);
}

/** Gives each text a number, from 0. */
class TextNumbers {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const textNumber = this.#numbers.get(text);
    if (textNumber !== undefined) return textNumber;
    const number = this.#numbers.size;
    this.#numbers.set(detached(text), number);
    return number;
  }
}

/** In V8 a slice of a line holds the whole line in memory: this is a copy of the slice only. */
function detached(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/**
 * Names of programs that read the web. Players and downloaders are not robots: a person started
 * them. Cubot makes telephones.
 */
const ROBOTS =
  /(?<!cu)bot\b|crawler|spider|slurp|facebookexternalhit|bingpreview|pingdom|uptime|statuscake|site24x7/i;

function isRobot(agent: string): boolean {
  return ROBOTS.test(agent);
}
