import type { AudienceReport } from "./audience-report.js";
import { whole } from "./words.js";

/** What a reader of the figures must know about them, as sentences. */
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

/** What was read and chosen, in one line. */
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
