import type { StreamType } from "./address.js";
import {
  estimateDurations,
  type Film,
  type FilmStream,
  type WatchedRung,
} from "./film.js";

/** One fragment that was fetched to be played. */
export interface Fetch {
  /** Time, in seconds since 1970. */
  readonly second: number;
  /** Index of the rung in its film. */
  readonly rung: number;
  /** Place of the fragment in its stream; {@link NOT_PLAYED} if the client broke off. */
  readonly place: number;
  /** The player ran out of media before; undefined when the line does not tell. */
  readonly stalled: boolean | undefined;
}

/** The place of a fragment that did not arrive: only its stall counts. */
export const NOT_PLAYED = 0xffffffff;

/** A fetched fragment of which the stream is known. */
interface FilmFetch {
  readonly rung: WatchedRung;
  readonly place: number;
  /** The begin of the fragment in the film, in 10 MHz ticks. */
  readonly time: number;
  /** Time of the last fetch, in seconds since 1970. */
  readonly second: number;
}

/** A watched fragment, counted once. */
interface WatchedFragment extends FilmFetch {
  /** The sound and the captions beside it, or the sound itself; undefined without. */
  readonly audio: FilmStream | undefined;
  readonly captions: FilmStream | undefined;
}

/**
 * The watched fragments of the leading stream, in the order of the film: each once, at the rung of
 * its last fetch. Fetches of the same second have no order, so the higher bitrate counts.
 */
export function watchedOf(
  film: Film,
  fetches: readonly Fetch[],
): WatchedFragment[] {
  const all = fetches.flatMap(({ rung: index, place, second }) => {
    const rung = film.rungs[index];
    const time = rung?.stream.times[place];
    return rung === undefined || time === undefined
      ? []
      : [{ rung, place, time, second }];
  });
  const leading = leadingType(all);
  if (leading === undefined) return [];
  const [audio, text, lead] = (["audio", "text", leading] as const).map(
    (type) => new StreamsInTime(all, type),
  );
  const inOrder = lastOfEach(
    all.filter(({ rung }) => rung.stream.type === leading),
  );
  return inOrder
    .filter(({ rung, time }) => lead?.at(time) === rung.stream)
    .map((fragment) => ({
      ...fragment,
      audio: audio?.at(fragment.time),
      captions: text?.at(fragment.time),
    }));
}

/** Pictures lead; sound leads only when it is alone. */
function leadingType(watched: readonly FilmFetch[]): StreamType | undefined {
  return LEADING.find((type) =>
    watched.some(({ rung }) => rung.stream.type === type),
  );
}

const LEADING: readonly StreamType[] = ["video", "unknown", "audio"];

/** Each begin once, as it was fetched last, in the order of the film. */
function lastOfEach(fetches: readonly FilmFetch[]): FilmFetch[] {
  const sorted = [...fetches].sort(
    (a, b) => a.time - b.time || inOrderOfFetch(a, b),
  );
  return sorted.filter(({ time }, i) => time !== sorted[i + 1]?.time);
}

/** What players show in the end comes last. */
function inOrderOfFetch(a: FilmFetch, b: FilmFetch): number {
  if (a.second !== b.second) return a.second - b.second;
  if (a.rung.bitrate !== b.rung.bitrate) return a.rung.bitrate - b.rung.bitrate;
  // Two languages of one second: any, but always the same.
  return a.rung.stream.name < b.rung.stream.name ? -1 : 1;
}

/** Fragments of two streams that belong together begin a little apart: half a second, in ticks. */
const INSIDE = 5e6;

/** Sound may end before the picture does. Less than {@link INSIDE}: the fragment before does not count. */
const SLACK = 4e6;

/** Which stream of a type a playback showed at each moment of the film. */
class StreamsInTime {
  readonly #streams: FilmFetch[][] = [];
  readonly #durations: number[][] = [];

  constructor(all: readonly FilmFetch[], type: StreamType) {
    const byStream = new Map<FilmStream, FilmFetch[]>();
    for (const fetch of all) {
      const { stream } = fetch.rung;
      if (stream.type !== type) continue;
      const known = byStream.get(stream);
      if (known === undefined) byStream.set(stream, [fetch]);
      else known.push(fetch);
    }
    for (const [stream, fetches] of byStream) {
      const last = lastOfEach(fetches);
      const estimated = estimateDurations(last.map(({ time }) => time));
      this.#streams.push(last);
      this.#durations.push(
        last.map(
          ({ place }, i) => stream.toldDuration(place) ?? estimated[i] ?? 0,
        ),
      );
    }
  }

  /**
   * The stream of which the fragment was fetched last that lies there.
   *
   * @param time where a fragment of the film begins, in ticks
   */
  at(time: number): FilmStream | undefined {
    return (this.#lastAt(time, 0) ?? this.#lastAt(time, SLACK))?.rung.stream;
  }

  #lastAt(time: number, slack: number): FilmFetch | undefined {
    const moment = time + INSIDE;
    let last: FilmFetch | undefined;
    this.#streams.forEach((fetches, i) => {
      const at = lastNotAfter(fetches, moment);
      const fetch = fetches[at];
      const end = (fetch?.time ?? 0) + (this.#durations[i]?.[at] ?? 0);
      if (fetch === undefined || moment >= end + slack) return;
      if (last === undefined || inOrderOfFetch(fetch, last) > 0) last = fetch;
    });
    return last;
  }
}

/** The index of the last that begins at this moment or before; -1 if there is none. */
function lastNotAfter(fetches: readonly FilmFetch[], moment: number): number {
  let [low, high] = [0, fetches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fetches[middle]?.time ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Minutes of a film, in 10 MHz ticks. */
const TICKS_PER_MINUTE = 60e7;

/** @param watched of one playback, in the order of the film */
export function countWatched(
  film: Film,
  watched: readonly WatchedFragment[],
): void {
  let lastMinute = -1;
  let last: WatchedRung | undefined;
  for (const fragment of watched) {
    const { rung, place, time, second } = fragment;
    const tally = film.tallyOf(second);
    tally.watch(film.shownOf(fragment), place);
    // Another stream is another language or view, not another quality.
    if (last?.stream === rung.stream) {
      if (rung.bitrate > last.bitrate) tally.switchesUp += 1;
      if (rung.bitrate < last.bitrate) tally.switchesDown += 1;
    }
    const minute = Math.floor(time / TICKS_PER_MINUTE);
    if (minute !== lastMinute)
      film.minutes.set(minute, (film.minutes.get(minute) ?? 0) + 1);
    [lastMinute, last] = [minute, rung];
  }
}
