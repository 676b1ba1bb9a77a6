import type { Level } from "./address.js";
import { getOrMake } from "./fields.js";
import { FilmStream, type Rung } from "./stream.js";
import { Tally } from "./tally.js";

/** What logs tell of one package: its streams, and who watched on which day. */
export class Film {
  readonly streams = new Map<string, FilmStream>();
  readonly rungs: Rung[] = [];
  /** By day, counted from 1970 (UTC). */
  readonly days = new Map<number, Tally>();
  /** How many playbacks watched each minute of the film, from 0. */
  readonly minutes = new Map<number, number>();
  /** Something of it was there when it was asked for. */
  isServed = false;

  /** @param index a number of its own */
  constructor(
    readonly name: string,
    readonly index: number,
  ) {}

  tallyOf(second: number): Tally {
    const day = Math.floor(second / SECONDS_PER_DAY);
    return getOrMake(this.days, day, () => new Tally());
  }

  rungOf({ stream: name, type, bitrate }: Level): Rung {
    const stream = getOrMake(
      this.streams,
      name,
      () => new FilmStream(name, type),
    );
    // Some lines tell the type, the others only a name.
    if (stream.type === "unknown") stream.type = type;
    return getOrMake(stream.rungs, bitrate, () => {
      const rung = { index: this.rungs.length, stream, bitrate };
      this.rungs.push(rung);
      return rung;
    });
  }
}

export const SECONDS_PER_DAY = 86_400;
