import { basename } from "node:path";
import { columns, fitPath, padEnd } from "./columns.js";
import type { BatchReport } from "../batch/batch.js";
import type { BatchItem, ItemReport } from "../batch/item.js";
import type { BatchProgress } from "../batch/time-left.js";
import { SYSTEM_FACTS } from "../drm/system.js";
import { lostText } from "../pipeline/damage.js";
import type {
  Delivered,
  PackProgress,
  PackResult,
} from "../pipeline/options.js";
import type { TextSource } from "../plan/encode-plan.js";
import type { Sidecars } from "../plan/sidecars.js";
import { clock, size } from "../util/format.js";

/** A progress line for a log. */
export function progressText(
  progress: PackProgress,
  remaining: number | undefined,
): string {
  return `${progress.label}: ${Math.floor(progress.fraction * 100)} %${progressDetails(progress, remaining)}`;
}

/** The text after the percentage: speed and time left, as far as they are known. */
export function progressDetails(
  progress: PackProgress,
  remaining: number | undefined,
): string {
  const { framesPerSecond: fps = 0, speed = 0 } = progress;
  return [
    fps > 0 ? `, ${fps.toFixed(0)} fps` : "",
    speed > 0 ? `, ${speed.toFixed(2)}x` : "",
    remainingText(progress, remaining),
  ].join("");
}

/** The time left, as far as it is known. */
export function remainingText(
  { fraction }: PackProgress,
  remaining: number | undefined,
): string {
  return remaining === undefined || fraction === 1
    ? ""
    : `, ${clock(remaining)} left`;
}

/** The progress of the whole batch, after the text of an input. */
export function batchText(batch: BatchProgress | undefined): string {
  if (batch === undefined) return "";
  return `; all: ${Math.floor(batch.fraction * 100)} %${timeLeft(batch)}`;
}

/** The time left for a batch, as far as it is known. */
export function timeLeft({ remainingSeconds }: BatchProgress): string {
  return remainingSeconds === undefined
    ? ""
    : `, ${clock(remainingSeconds)} left`;
}

/** The files that were written, and the next step. */
export function deliveredSummary(result: Delivered): string {
  const { folder, files, manifest, durationSeconds, skipped, lost, notes } =
    result;
  const losses =
    lost.length === 0 ? [] : [`Could not be decoded: ${lostText(lost)}`];
  if (skipped) {
    const same = `Skipped, this is the same package already: ${manifest}`;
    return [...losses, same].join("\n");
  }
  const width = Math.max(...files.map(({ file }) => columns(file)));
  const rows = files.map(
    ({ file, bytes }) => `  ${padEnd(file, width)}  ${size(bytes).padStart(9)}`,
  );
  return [
    `Wrote and verified ${clock(durationSeconds)} in ${folder}:`,
    ...rows,
    ...notes.map((note) => `  note: ${note}`),
    ...losses,
    ...protectedLine(result),
    `Package: ${manifest}`,
  ].join("\n");
}

function protectedLine({ protection }: Delivered): string[] {
  if (protection === undefined) return [];
  const { system, kid, share = 0 } = protection;
  const percent = (Math.floor(share * 1000) / 10).toFixed(1);
  return [
    `Protected with ${SYSTEM_FACTS[system].label}, key ${kid}: ${percent} % of all video and audio bytes are encrypted`,
  ];
}

/** Text of an input, each line with the input's name. */
export function prefixed(item: BatchItem, text: string): string {
  const lines = text.split("\n");
  return lines
    .map((line) => `${placeOf(item)} ${item.input}: ${line}`)
    .join("\n");
}

/** The label of a bar. */
export function barLabel(item: BatchItem, nameWidth: number): string {
  return `${placeOf(item)} ${fitPath(item.input, nameWidth)}`;
}

/** The label of the bar for a whole batch, as wide as the others. */
export function wholeLabel(item: BatchItem, nameWidth: number): string {
  return padEnd(`all ${item.total} inputs`, columns(barLabel(item, nameWidth)));
}

/** `[ 2/10]`, or in a watch folder `[2]`. */
function placeOf({ number, total }: BatchItem): string {
  if (total === undefined) return `[${number}]`;
  return `[${String(number).padStart(String(total).length)}/${total}]`;
}

/** The result of an input. */
export function endText(item: BatchItem, report: ItemReport): string {
  switch (report.state) {
    case "done":
      return prefixed(
        item,
        [
          ...lostLines(report.lost),
          `done in ${clock(report.seconds)}, ${size(report.bytes)}: ${report.manifest}`,
        ].join("\n"),
      );
    case "skipped":
      return prefixed(
        item,
        [
          ...lostLines(report.lost),
          `skipped, ${report.why ?? "this is the same package already"}: ${report.manifest}`,
        ].join("\n"),
      );
    case "failed": {
      const hint = report.hint === undefined ? "" : `\n${report.hint}`;
      return prefixed(item, `failed: ${reason(report)}${hint}`);
    }
    case "stopped":
      return prefixed(item, "stopped");
  }
}

function lostLines(lost: PackResult["lost"]): string[] {
  return lost.length === 0 ? [] : [`could not be decoded: ${lostText(lost)}`];
}

/** New path of an input of a watch folder. */
export function movedText(item: BatchItem, to: string): string {
  return prefixed(item, `moved to ${to}`);
}

/** Total, done, skipped, failed; then the failed ones again, for their lines may be far above. */
export function summaryText(report: BatchReport): string {
  const columns = [
    ["Total", report.total],
    ["Done", report.done],
    ["Skipped", report.skipped],
    ["Failed", report.failed],
    ...(report.stopped > 0 ? [["Stopped", report.stopped] as const] : []),
  ] as const;
  const width = Math.max(7, String(report.total).length) + 2;
  const row = (index: 0 | 1) =>
    columns.map((column) => String(column[index]).padStart(width)).join("");
  return [
    row(0),
    `${row(1)}   in ${clock(report.seconds)}`,
    ...report.items.flatMap(failedLine),
  ].join("\n");
}

function failedLine(report: ItemReport): string[] {
  if (report.state !== "failed") return [];
  const [first] = reason(report).split("\n");
  return [`  failed: ${report.input}: ${first} (${report.code})`];
}

/** The message without the input's name, which comes before it already. */
export function reason({
  input,
  message,
}: {
  input: string;
  message: string;
}): string {
  const start = `${input}: `;
  return message.startsWith(start) ? message.slice(start.length) : message;
}

/** The file of captions, with their place inside it. */
export function textOrigin({ path, stream, channel }: TextSource): string {
  const place = stream === undefined ? channel : `stream ${stream}`;
  return [basename(path), ...(place === undefined ? [] : [place])].join(" ");
}

/** What lies beside the media. */
export function sidecarLines({ chapters, thumbnails }: Sidecars): string[] {
  return [
    ...(chapters
      ? [
          `  chapters  ${String(chapters.list.length).padEnd(10)} -> ${chapters.file}`,
        ]
      : []),
    ...(thumbnails
      ? [
          `  pictures  ${`${thumbnails.width}x${thumbnails.height}`.padEnd(10)} one each ${thumbnails.everySeconds} s -> ${thumbnails.file}, ${thumbnails.image}`,
        ]
      : []),
  ];
}
