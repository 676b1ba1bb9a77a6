import type {
  AudienceReport,
  MinuteAudience,
  PackageAudience,
  AudienceFigures,
  Replies,
} from "./audience-report.js";
import type { Audience } from "./audience.js";
import { getOrMake } from "./fields.js";
import { SECONDS_PER_DAY, type Film, DayTally } from "./film.js";
import {
  inOrder,
  languageShares,
  rungShares,
  secondsOf,
  streamShares,
  sum,
  watchedTimes,
} from "./shares.js";

type AudienceCounts = Omit<AudienceReport, "logs" | "selection">;

/** Adds the tallies of packages and days for each part of the report. */
export function summarizeAudience(audience: Audience): AudienceCounts {
  const films = [...audience.films.values()];
  const all = new DayTally();
  const days = new Map<number, DayTally>();
  for (const film of films) {
    for (const [day, tally] of film.days) {
      all.add(tally);
      getOrMake(days, day, () => new DayTally()).add(tally);
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
  const tally = new DayTally();
  for (const day of film.days.values()) tally.add(day);
  return {
    package: film.name,
    ...figuresOf(tally),
    audioStreams: streamShares(watchedTimes(tally), "audio"),
    captionStreams: streamShares(watchedTimes(tally), "captions"),
    minutes: minutesOf(film, tally.playbacks),
  };
}

/** No film is longer. Live times count from another year: their film begins with the first watched minute. */
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

function dayText(day: number): string {
  return new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10);
}

function timeText(second: number): string | null {
  if (!Number.isFinite(second)) return null;
  return instantText(second);
}

function instantText(second: number): string {
  return new Date(second * 1000).toISOString().replace(".000Z", "Z");
}

/** A tally as figures of the report. */
export function figuresOf(tally: DayTally): AudienceFigures {
  const times = watchedTimes(tally);
  const ticks = sum(times.map((time) => time.ticks));
  const rungs = rungShares(times);
  const bits = sum(rungs.map(({ bitrate, seconds }) => bitrate * seconds));
  return {
    viewers: tally.viewers.size,
    playbacks: tally.playbacks,
    peak: peakOf(tally.active),
    hours: [...tally.hours],
    secondsWatched: secondsOf(ticks),
    secondsEstimated: secondsOf(sum(times.map((time) => time.estimated))),
    averageBitrate:
      ticks === 0
        ? null
        : Math.round(bits / sum(rungs.map(({ seconds }) => seconds))),
    rungs,
    audioLanguages: languageShares(times, "audio"),
    captionLanguages: languageShares(times, "captions"),
    switchesUp: tally.switchesUp,
    switchesDown: tally.switchesDown,
    stalls: tally.stalls,
    stalledPlaybacks: tally.stalledPlaybacks,
    stallsTold: tally.stallsTold,
    ...repliesOf(tally),
    cacheHits: tally.cacheHits,
    cacheTold: tally.cacheTold,
  };
}

/** Of several minutes with as many playbacks, the first. */
function peakOf(active: ReadonlyMap<number, number>): AudienceFigures["peak"] {
  const [most] = [...active].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
  if (most === undefined) return null;
  const [minute, playbacks] = most;
  return { playbacks, at: instantText(minute * 60) };
}

function repliesOf(tally: DayTally): Replies {
  const errors = [...tally.errors].map(([status, requests]) => ({
    status,
    requests,
  }));
  return {
    requests: tally.requests,
    bytes: tally.bytes,
    errors: errors.sort(
      (a, b) => b.requests - a.requests || a.status - b.status,
    ),
    aborted: tally.aborted,
  };
}
