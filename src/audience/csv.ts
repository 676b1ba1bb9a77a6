import type { AudienceReport } from "./audience-report.js";

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
};

/** A row for each day and package, RFC 4180, after a line of column names. */
export function audienceCsv(report: AudienceReport): string {
  const rows = report.packageDays.map((row) =>
    Object.values(COLUMNS).map((valueOf) => cell(valueOf(row))),
  );
  return [Object.keys(COLUMNS), ...rows]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}

/**
 * Spreadsheets take a text that begins like this for a formula, and any client can put names of
 * packages into a log: an apostrophe in front makes it a text.
 */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function errorsFrom({ errors }: PackageDayRow, from: number): number {
  return errors
    .filter(({ status }) => status >= from && status < from + 100)
    .reduce((sum, { requests }) => sum + requests, 0);
}
