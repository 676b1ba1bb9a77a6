import type { StreamType } from "./address.js";
import { estimateDurations } from "./estimate.js";
import { getOrMake } from "./get-or-make.js";

/** A quality of a stream, as addresses name it. */
export interface Rung {
  /** Place in the list of its film's rungs. */
  readonly index: number;
  readonly stream: FilmStream;
  readonly bitrate: number;
}

export class FilmStream {
  readonly rungs = new Map<number, Rung>();
  /** When each fragment begins, in 10 MHz ticks, in the order in which logs named them. */
  readonly times: number[] = [];
  /** How long each is, in ticks; 0 when no line has told yet. */
  readonly #durations: number[] = [];
  readonly #places = new Map<number, number>();
  #estimated: readonly number[] = [];

  constructor(
    readonly name: string,
    public type: StreamType,
  ) {}

  /** The place of a fragment in {@link times}. The first duration that a log tells counts. */
  placeOf(time: number, duration: number | undefined): number {
    const place = getOrMake(this.#places, time, () => {
      this.#durations.push(0);
      return this.times.push(time) - 1;
    });
    if (duration !== undefined) this.#durations[place] ||= duration;
    return place;
  }

  /** The duration in ticks that a log told; undefined while none has. */
  toldDuration(place: number): number | undefined {
    return this.#durations[place] || undefined;
  }

  /** The same by the times of the other fragments. Asked for when all logs are read. */
  estimatedDuration(place: number): number {
    if (this.#estimated.length !== this.times.length)
      this.#estimated = estimateDurations(this.times);
    return this.#estimated[place] ?? 0;
  }
}
