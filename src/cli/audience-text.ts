import { cutEnd, fitPath } from "./columns.js";
import { clock, shown, whole } from "../util/format.js";
import type {
  AudienceFigures,
  AudienceReport,
  PackageAudience,
  StreamShare,
} from "../audience/audience-report.js";
import {
  remarksOf,
  sourceText,
  errorCount,
  languagesOverview,
  megabits,
  overview,
  percent,
  rungLabel,
  stallsCount,
  streamLabel,
  watchedText,
  withAny,
} from "../audience/format.js";

/** Columns of the narrowest terminal in use. */
const WIDTH = 80;

const MOST_PACKAGES = 20;
const MOST_DAYS = 31;
const MOST_DETAILS = 5;
const MOST_RUNGS = 12;
const MOST_MINUTES = 3;

/** An audience report for people, at most 80 columns wide. */
export function audienceText(report: AudienceReport): string {
  const { all, packages, days } = report;
  return [
    cut(sourceText(report)),
    ...remarksOf(report).map((remark) => cut(`  note: ${remark}`)),
    "",
    ...overviewLines(all),
    ...table("Package", packages, MOST_PACKAGES, (row) => row.package),
    ...table("Day (UTC)", days.slice(-MOST_DAYS), MOST_DAYS, (row) => row.day),
    ...(days.length > MOST_DAYS
      ? [`  the last ${MOST_DAYS} of ${whole(days.length)} days`]
      : []),
    ...packages.slice(0, MOST_DETAILS).flatMap(detailLines),
  ].join("\n");
}

/** Two figures a line, then what was heard and read. */
function overviewLines(all: AudienceFigures): string[] {
  const texts = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, text]) => `${name.padEnd(18)} ${text}`);
  const figures = texts(overview(all));
  const half = Math.ceil(figures.length / 2);
  return [
    ...figures
      .slice(0, half)
      .map((left, i) =>
        cut(`  ${left.padEnd(40)} ${figures[i + half] ?? ""}`.trimEnd()),
      ),
    ...texts(languagesOverview(all)).map((text) => cut(`  ${text}`)),
  ];
}

function table<T extends AudienceFigures>(
  title: string,
  rows: readonly T[],
  most: number,
  nameOf: (row: T) => string,
): string[] {
  if (rows.length === 0) return [];
  const head = line(title, [
    ...["Viewers", "Plays", "Watched", "Mbit/s", "Up", "Down", "Stalls"],
    "Errors",
  ]);
  const more = rows.length - most;
  return [
    "",
    head,
    ...rows
      .slice(0, most)
      .map((row) =>
        line(nameOf(row), [
          ...[whole(row.viewers), whole(row.playbacks), watchedText(row)],
          ...[megabits(row.averageBitrate), whole(row.switchesUp)],
          ...[whole(row.switchesDown), stallsCount(row)],
          whole(errorCount(row)),
        ]),
      ),
    ...(more > 0
      ? [`  and ${whole(more)} more; --json and --csv have all`]
      : []),
  ];
}

const COLUMNS = [8, 7, 10, 7, 6, 6, 7, 7];

function line(name: string, cells: readonly string[]): string {
  const right = cells
    .map((cell, i) => ` ${cell}`.padStart(COLUMNS[i] ?? 0))
    .join("");
  return `${fitPath(shown(name), WIDTH - right.length)}${right}`;
}

/** Time on each rung, and the watched and abandoned parts. */
function detailLines(film: PackageAudience): string[] {
  const { rungs, minutes, audioStreams, captionStreams } = film;
  if (rungs.length === 0) return [];
  const more = rungs.length - MOST_RUNGS;
  return [
    "",
    fitPath(shown(film.package), WIDTH).trimEnd(),
    ...rungs
      .slice(0, MOST_RUNGS)
      .map((rung) => shareLine(rungLabel(rung), rung)),
    ...(more > 0 ? [`  and ${whole(more)} more rungs`] : []),
    ...streamLines(audioStreams, "sound"),
    ...streamLines(captionStreams, "captions"),
    cut(`  most watched: ${minuteTexts(minutes).join(", ")}`),
    cut(`  last minute: ${minuteTexts(minutes.slice(-1)).join("")}`),
  ];
}

function streamLines(
  all: readonly StreamShare[],
  kind: "sound" | "captions",
): string[] {
  const streams = withAny(all);
  const more = streams.length - MOST_RUNGS;
  return [
    ...streams
      .slice(0, MOST_RUNGS)
      .map((stream) => shareLine(streamLabel(stream, kind), stream)),
    ...(more > 0 ? [`  and ${whole(more)} more streams with ${kind}`] : []),
  ];
}

/** A part of the time watched, as numbers and as a bar. */
function shareLine(
  label: string,
  { share, seconds }: { share: number; seconds: number },
): string {
  const name = cutEnd(shown(label), LABEL).padEnd(LABEL);
  const bar = "█".repeat(Math.round(share * 24));
  return `  ${name} ${percent(share).padStart(8)}  ${clock(seconds).padStart(10)}  ${bar}`.trimEnd();
}

const LABEL = 27;

function minuteTexts(minutes: PackageAudience["minutes"]): string[] {
  return [...minutes]
    .sort((a, b) => b.playbacks - a.playbacks || a.minute - b.minute)
    .slice(0, MOST_MINUTES)
    .map(
      ({ minute, playbacks, retention }) =>
        `${clock(minute * 60)} by ${whole(playbacks)} (${Math.round(retention * 100)} %)`,
    );
}

function cut(text: string): string {
  return cutEnd(shown(text), WIDTH);
}
