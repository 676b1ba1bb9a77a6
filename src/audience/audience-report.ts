import type { LogRead } from "./log-reader.js";

/**
 * What access logs tell of an audience. A log knows what was fetched, not what
 * was looked at: docs/audience.md says what each figure means.
 */
export interface AudienceReport {
  /** What was read. */
  readonly logs: readonly LogRead[];
  /** What was asked for; null where nothing was. */
  readonly selection: {
    readonly package: string | null;
    /** Days such as `2026-11-26` (UTC), both included. */
    readonly from: string | null;
    readonly to: string | null;
  };
  /** Time of the first and the last request that counts, such as `2026-11-26T23:11:52Z`; null when there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** Of all packages. */
  readonly all: AudienceFigures;
  /** Most watched first. */
  readonly packages: readonly PackageAudience[];
  /** Days in UTC, the first one first. */
  readonly days: readonly (AudienceFigures & { readonly day: string })[];
  /** Each package on each day on which it was asked for. */
  readonly packageDays: readonly (AudienceFigures & {
    readonly day: string;
    readonly package: string;
  })[];
  /** Requests for pages, their files and packages that are not there. */
  readonly elsewhere: Replies;
  /** Requests of robots for fragments, which are in no figure about watching. */
  readonly robots: number;
}

export interface Replies {
  readonly requests: number;
  /** Bytes of bodies that were sent. */
  readonly bytes: number;
  /** Replies with a status of 400 and above, most frequent first. */
  readonly errors: readonly {
    readonly status: number;
    readonly requests: number;
  }[];
  /** Replies that the client did not wait for. */
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
  /** Playbacks that fetched something in each hour of the day (UTC), from 0 to 23; of all days together. */
  readonly hours: readonly number[];
  /** Length of the fragments that were watched, each once in a playback. */
  readonly secondsWatched: number;
  /** How much of it is estimated, because no line told how long a fragment is. */
  readonly secondsEstimated: number;
  /** Bits per second, weighted by time; null when nothing was watched. */
  readonly averageBitrate: number | null;
  /** Time on each quality: pictures first, highest bitrate first. */
  readonly rungs: readonly RungShare[];
  /** How often a fragment was of a higher, or lower, bitrate than the one before it in the film. */
  readonly switchesUp: number;
  readonly switchesDown: number;
  /** Of `cacheTold` requests a cache had so many. */
  readonly cacheHits: number;
  /** Requests of which the log tells whether a cache had it. */
  readonly cacheTold: number;
}

export interface RungShare {
  /** Type of the stream, as far as the log tells. */
  readonly type: "video" | "audio" | "unknown";
  readonly bitrate: number;
  readonly seconds: number;
  /** Of the seconds watched, from 0 to 1. */
  readonly share: number;
}

export interface PackageAudience extends AudienceFigures {
  /** Path of the package, without `.ism`. */
  readonly package: string;
  /** Minutes of the film that somebody watched. */
  readonly minutes: readonly MinuteAudience[];
}

export interface MinuteAudience {
  /** From 0. */
  readonly minute: number;
  /** Playbacks that watched a fragment which begins in it. */
  readonly playbacks: number;
  /** Of all playbacks of the package, from 0 to 1. */
  readonly retention: number;
}
