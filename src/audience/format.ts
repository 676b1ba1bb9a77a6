import { clock, size, whole } from "../util/format.js";
import { LANGUAGES } from "./address.js";
import type {
  AudienceFigures,
  AudienceReport,
  LanguageShare,
  RungShare,
  StreamShare,
} from "./audience-report.js";

/** A part of 1 in per cent, with one digit behind the point. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** Seconds watched; with a mark if any are estimated. */
export function watchedText(figures: AudienceFigures): string {
  const mark = figures.secondsEstimated > 0 ? "~" : "";
  return `${mark}${clock(figures.secondsWatched)}`;
}

export function megabits(bitrate: number | null): string {
  return bitrate === null ? "-" : (bitrate / 1e6).toFixed(2);
}

/** `video 5000 kbit/s`; without the type if it is unknown. */
export function rungLabel({ type, bitrate }: RungShare): string {
  const kind = type === "unknown" ? "" : `${type} `;
  return `${kind}${Math.round(bitrate / 1000)} kbit/s`;
}

/** `audio_eng English`; `without` and the kind for the time without any. */
export function streamLabel(
  { stream, language }: StreamShare,
  kind: "sound" | "captions",
): string {
  if (stream === null || language === null) return `without ${kind}`;
  return language === "und" ? stream : `${stream} ${languageName(language)}`;
}

/** `English` for `eng`; the tag itself if it has no name. */
function languageName(tag: string): string {
  if (tag === "und") return "language not known";
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** `English 80.0 %, German 20.0 %`; the most heard. A dash if no playback fetched any. */
function languagesText(shares: readonly LanguageShare[]): string {
  const texts = shares.flatMap(({ language, share }) =>
    language === null ? [] : [`${languageName(language)} ${percent(share)}`],
  );
  if (texts.length === 0) return "-";
  const more = texts.length > MOST_LANGUAGES ? ["..."] : [];
  return [...texts.slice(0, MOST_LANGUAGES), ...more].join(", ");
}

const MOST_LANGUAGES = 4;

/** Streams of which one was fetched at all: without captions there is no table of them. */
export function withAny<T extends LanguageShare>(
  shares: readonly T[],
): readonly T[] {
  return shares.some(({ language }) => language !== null) ? shares : [];
}

export function errorCount({ errors }: AudienceFigures): number {
  return errors.reduce((sum, { requests }) => sum + requests, 0);
}

/** `404: 12, 500: 1`; the three most frequent. */
function errorKinds(errors: AudienceFigures["errors"]): string {
  const some = errors
    .slice(0, 3)
    .map(({ status, requests }) => `${status}: ${whole(requests)}`);
  return [...some, ...(errors.length > 3 ? ["..."] : [])].join(", ");
}

/** The number of requests that a cache answered; a dash if no log has it. */
function cacheText({ cacheHits, cacheTold }: AudienceFigures): string {
  return cacheTold === 0
    ? "-"
    : `${percent(cacheHits / cacheTold)} of ${whole(cacheTold)}`;
}

/** `12 in 5 of 40 playbacks`; a dash if no line tells of stalls. */
export function stallsText(figures: AudienceFigures): string {
  const { stalls, stalledPlaybacks, stallsTold } = figures;
  if (stallsTold === 0) return "-";
  if (stalls === 0) return `0 in ${whole(stallsTold)} playbacks`;
  return `${whole(stalls)} in ${whole(stalledPlaybacks)} of ${whole(stallsTold)} playbacks`;
}

/** The same in a narrow column. */
export function stallsCount({ stalls, stallsTold }: AudienceFigures): string {
  return stallsTold === 0 ? "-" : whole(stalls);
}

/** `12, 2026-11-26 20:15`; a dash if nothing was watched. */
function peakText({ peak }: AudienceFigures): string {
  return peak === null ? "-" : `${whole(peak.playbacks)}, ${minuteOf(peak.at)}`;
}

/** The hour of the day with the most playbacks. */
function busiestHour({ hours }: AudienceFigures): string {
  const most = Math.max(...hours);
  const hour = hours.indexOf(most);
  if (most === 0) return "-";
  return `${String(hour).padStart(2, "0")}:00 UTC (${whole(most)})`;
}

/** The figures of the whole audience in a row of names and texts. */
export function overview(all: AudienceFigures): [string, string][] {
  const failed = errorCount(all);
  return [
    ["Viewers", whole(all.viewers)],
    ["Playbacks", whole(all.playbacks)],
    ["Most at a time", peakText(all)],
    ["Busiest hour", busiestHour(all)],
    ["Watched", watchedText(all)],
    ["Average bitrate", `${megabits(all.averageBitrate)} Mbit/s`],
    ["Switches up", whole(all.switchesUp)],
    ["Switches down", whole(all.switchesDown)],
    ["Stalls", stallsText(all)],
    ["Requests", whole(all.requests)],
    ["Bytes sent", size(all.bytes)],
    [
      "Errors",
      failed > 0 ? `${whole(failed)} (${errorKinds(all.errors)})` : "0",
    ],
    ["Cut off by clients", whole(all.aborted)],
    ["Cache hits", cacheText(all)],
  ];
}

/** What was heard and read; these rows need the whole width. */
export function languagesOverview(all: AudienceFigures): [string, string][] {
  return [
    ["Sound", languagesText(all.audioLanguages)],
    ["Captions", languagesText(all.captionLanguages)],
  ];
}

/** Facts that a reader of the figures needs, as sentences. */
export function remarksOf(report: AudienceReport): string[] {
  const { logs, all, elsewhere, robots } = report;
  const unread = logs.reduce((sum, log) => sum + log.unread, 0);
  return [
    ...logs.flatMap(({ name, problem }) =>
      problem === null ? [] : [`${name}: ${problem}.`],
    ),
    ...some(unread, "line could not be read", "lines could not be read"),
    ...(all.secondsEstimated > 0
      ? [
          "Times with ~ are estimated: no line told how long some fragments are.",
        ]
      : []),
    ...some(
      elsewhere.requests,
      "request was for a page, or for a package that is not there",
      "requests were for pages, or for packages that are not there",
    ),
    ...some(
      robots,
      "fragment was fetched by a robot and not counted as watched",
      "fragments were fetched by robots and not counted as watched",
    ),
  ];
}

function some(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${whole(count)} ${count === 1 ? one : many}.`];
}

/** The logs and the selection, in one line. */
export function sourceText(report: AudienceReport): string {
  const { logs, selection, from, to } = report;
  const lines = logs.reduce((sum, log) => sum + log.lines, 0);
  const named =
    logs.length === 1 ? (logs[0]?.name ?? "") : `${logs.length} logs`;
  const only = selection.package === null ? "" : `, only ${selection.package}`;
  const span =
    from === null || to === null
      ? "nothing that counts"
      : `${minuteOf(from)} to ${minuteOf(to)} UTC`;
  return `${named}: ${whole(lines)} ${lines === 1 ? "line" : "lines"}, ${span}${only}`;
}

function minuteOf(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}
