import type { Audience } from "./audience.js";
import type {
  AudienceReport,
  MinuteAudience,
  PackageAudience,
} from "./audience-report.js";
import { figuresOf, repliesOf } from "./figures.js";
import { SECONDS_PER_DAY, type Film } from "./film.js";
import { getOrMake } from "./get-or-make.js";
import { Tally } from "./tally.js";

type Counted = Omit<AudienceReport, "logs" | "selection">;

/** Puts the tallies of packages and days together in all ways that are asked for. */
export function summarize(audience: Audience): Counted {
  const films = [...audience.films.values()];
  const all = new Tally();
  const days = new Map<number, Tally>();
  for (const film of films) {
    for (const [day, tally] of film.days) {
      all.add(tally);
      getOrMake(days, day, () => new Tally()).add(tally);
    }
  }
  return {
    from: timeText(audience.first),
    to: timeText(audience.last),
    all: figuresOf(all),
    packages: films
      .map(packageAudience)
      .sort(
        (a, b) =>
          b.secondsWatched - a.secondsWatched || inOrder(a.package, b.package),
      ),
    days: [...days]
      .sort(([a], [b]) => a - b)
      .map(([day, tally]) => ({ day: dayText(day), ...figuresOf(tally) })),
    packageDays: packageDays(films),
    elsewhere: repliesOf(audience.elsewhere),
    robots: audience.robots,
  };
}

function packageAudience(film: Film): PackageAudience {
  const tally = new Tally();
  for (const day of film.days.values()) tally.add(day);
  return {
    package: film.name,
    ...figuresOf(tally),
    minutes: minutesOf(film, tally.playbacks),
  };
}

/** No film is longer: what was live counts its times from another year, and begins with the first that was watched. */
const LATEST_MINUTE = 30 * 24 * 60;

function minutesOf(film: Film, all: number): MinuteAudience[] {
  const sorted = [...film.minutes].sort(([a], [b]) => a - b);
  const [first = 0] = sorted[0] ?? [];
  const zero = first > LATEST_MINUTE ? first : 0;
  return sorted.map(([minute, playbacks]) => ({
    ...{ minute: minute - zero, playbacks },
    retention: Math.round((playbacks / all) * 1e4) / 1e4,
  }));
}

function packageDays(films: readonly Film[]): AudienceReport["packageDays"] {
  const rows = films.flatMap((film) =>
    [...film.days].map(([day, tally]) => ({ day, film, tally })),
  );
  return rows
    .sort((a, b) => a.day - b.day || inOrder(a.film.name, b.film.name))
    .map(({ day, film, tally }) => ({
      ...{ day: dayText(day), package: film.name },
      ...figuresOf(tally),
    }));
}

/** By code units: the same on every machine. */
function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function dayText(day: number): string {
  return new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10);
}

function timeText(second: number): string | null {
  if (!Number.isFinite(second)) return null;
  return new Date(second * 1000).toISOString().replace(".000Z", "Z");
}
