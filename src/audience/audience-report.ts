import { csvLine } from "../util/csv.js";
import type { LogRead } from "./log-reader.js";

/**
 * The audience in access logs. A log lists fetched fragments, not viewed ones: docs/audience.md
 * explains each figure.
 */
export interface AudienceReport {
  /** The logs that were read. */
  readonly logs: readonly LogRead[];
  /** The options that were set; null for the others. */
  readonly selection: {
    readonly package: string | null;
    /** Days such as `2026-11-26` (UTC), both included. */
    readonly from: string | null;
    readonly to: string | null;
  };
  /** Time of the first and the last request that counts, such as `2026-11-26T23:11:52Z`; null without requests. */
  readonly from: string | null;
  readonly to: string | null;
  /** Of all packages. */
  readonly all: AudienceFigures;
  /** Most watched first. */
  readonly packages: readonly PackageAudience[];
  /** Days in UTC, the first one first. */
  readonly days: readonly (AudienceFigures & { readonly day: string })[];
  /** Each package on each day with requests for it. */
  readonly packageDays: readonly (AudienceFigures & {
    readonly day: string;
    readonly package: string;
  })[];
  /** Requests for pages, their files and packages that do not exist. */
  readonly elsewhere: Replies;
  /** Requests of robots for fragments. They count in no figure about watching. */
  readonly robots: number;
}

export interface Replies {
  readonly requests: number;
  /** Bytes of bodies sent. */
  readonly bytes: number;
  /** Replies with a status of 400 and above, most frequent first. */
  readonly errors: readonly {
    readonly status: number;
    readonly requests: number;
  }[];
  /** Replies that the client broke off. */
  readonly aborted: number;
}

export interface AudienceFigures extends Replies {
  /** Distinct clients that fetched something to play. */
  readonly viewers: number;
  /** Playbacks that began. */
  readonly playbacks: number;
  /** The most playbacks that fetched something in the same minute, and the first such minute; null without playbacks. */
  readonly peak: {
    readonly playbacks: number;
    /** Such as `2026-11-26T23:11:00Z`. */
    readonly at: string;
  } | null;
  /** Playbacks that fetched something in each hour of the day (UTC), from 0 to 23; the sum of all days. */
  readonly hours: readonly number[];
  /** Length of the watched fragments, each once in a playback. */
  readonly secondsWatched: number;
  /** The estimated part of it: no line gave the length of these fragments. */
  readonly secondsEstimated: number;
  /** Bits per second, weighted by time; null when nothing was watched. */
  readonly averageBitrate: number | null;
  /** Time on each quality: pictures first, highest bitrate first. */
  readonly rungs: readonly RungShare[];
  /** Time with each language of the sound, and without sound; the longest first. */
  readonly audioLanguages: readonly LanguageShare[];
  /** The same of captions that were fetched. */
  readonly captionLanguages: readonly LanguageShare[];
  /** How often a fragment had a higher, or lower, bitrate than the one before it in the film. */
  readonly switchesUp: number;
  readonly switchesDown: number;
  /** How often a film stopped because the player had run out of it, in the playbacks among `stallsTold`. */
  readonly stalls: number;
  /** Playbacks with at least one stall. */
  readonly stalledPlaybacks: number;
  /** Playbacks whose lines tell of stalls: the player sends CMCD, and the log has its status. */
  readonly stallsTold: number;
  /** Requests among `cacheTold` that a cache answered. */
  readonly cacheHits: number;
  /** Requests whose line has the cache's state. */
  readonly cacheTold: number;
}

export interface RungShare {
  /** Type of the stream, if the log gives it. */
  readonly type: "video" | "audio" | "unknown";
  readonly bitrate: number;
  readonly seconds: number;
  /** Part of the seconds watched, from 0 to 1. */
  readonly share: number;
}

/** Part of the time watched. */
export interface LanguageShare {
  /** ISO 639-2, `und` when it is not known; null for the time without any. */
  readonly language: string | null;
  readonly seconds: number;
  /** Part of the seconds watched, from 0 to 1. */
  readonly share: number;
}

export interface StreamShare extends LanguageShare {
  /** The name in addresses; null for the time without any. */
  readonly stream: string | null;
}

export interface PackageAudience extends AudienceFigures {
  /** Path of the package, without `.ism`. */
  readonly package: string;
  /** Time with each stream of sound, and without sound. */
  readonly audioStreams: readonly StreamShare[];
  /** The same of captions that were fetched. */
  readonly captionStreams: readonly StreamShare[];
  /** Minutes of the film with at least one viewer. */
  readonly minutes: readonly MinuteAudience[];
}

export interface MinuteAudience {
  /** Number of the minute, from 0. */
  readonly minute: number;
  /** Playbacks that watched a fragment that begins in this minute. */
  readonly playbacks: number;
  /** Part of all playbacks of the package, from 0 to 1. */
  readonly retention: number;
}

type PackageDayRow = AudienceReport["packageDays"][number];

const COLUMNS: Readonly<
  Record<string, (row: PackageDayRow) => string | number>
> = {
  day: (row) => row.day,
  package: (row) => row.package,
  viewers: (row) => row.viewers,
  playbacks: (row) => row.playbacks,
  seconds_watched: (row) => row.secondsWatched,
  seconds_estimated: (row) => row.secondsEstimated,
  average_bitrate: (row) => row.averageBitrate ?? "",
  switches_up: (row) => row.switchesUp,
  switches_down: (row) => row.switchesDown,
  requests: (row) => row.requests,
  bytes: (row) => row.bytes,
  errors_4xx: (row) => errorsFrom(row, 400),
  errors_5xx: (row) => errorsFrom(row, 500),
  aborted: (row) => row.aborted,
  cache_hits: (row) => row.cacheHits,
  cache_told: (row) => row.cacheTold,
  peak_playbacks: (row) => row.peak?.playbacks ?? 0,
  stalls: (row) => row.stalls,
  stalled_playbacks: (row) => row.stalledPlaybacks,
  stalls_told: (row) => row.stallsTold,
  audio_languages: (row) => languagesText(row.audioLanguages),
  caption_languages: (row) => languagesText(row.captionLanguages),
};

/** Seconds watched with each language, `eng=1200.5 deu=33`; the rest was without any. */
function languagesText(shares: readonly LanguageShare[]): string {
  return shares
    .flatMap(({ language, seconds }) =>
      language === null ? [] : [`${language}=${seconds}`],
    )
    .join(" ");
}

/** A row for each day and package, RFC 4180, after a line of column names. */
export function audienceCsv(report: AudienceReport): string {
  const rows = report.packageDays.map((row) =>
    Object.values(COLUMNS).map((valueOf) => valueOf(row)),
  );
  return [Object.keys(COLUMNS), ...rows].map(csvLine).join("");
}

function errorsFrom({ errors }: PackageDayRow, from: number): number {
  return errors
    .filter(({ status }) => status >= from && status < from + 100)
    .reduce((sum, { requests }) => sum + requests, 0);
}
