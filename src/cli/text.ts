import { clock, size } from "../util/format.js";
import type { BatchReport } from "../batch/batch.js";
import type { BatchItem, ItemReport } from "../batch/item.js";
import { codecNamed } from "../codecs/index.js";
import { lostText } from "../pipeline/damage.js";
import { SYSTEM_FACTS } from "../drm/system.js";
import { ENGINES } from "../encode/index.js";
import type {
  Delivered,
  PackProgress,
  PackResult,
} from "../pipeline/options.js";
import {
  type AudioRung,
  type EncodePlan,
  type Rung,
  type TextRung,
  type VideoRung,
  allRungs,
  videoStream,
} from "../plan/encode-plan.js";
import { indexesOf, type SourceStream } from "../probe/source-info.js";
import { describeGrid } from "../plan/plan.js";
import { commandLine } from "../ffmpeg/command.js";
import { describeTools, type Tools } from "../ffmpeg/find.js";

/** A few lines before the work begins: tools, source, rungs, and what is changed. */
export function planSummary(
  plan: EncodePlan,
  tools: Tools,
  verbose: boolean,
): string {
  return [
    ...(verbose ? [describeTools(tools)] : []),
    ...sourceLines(plan),
    ...rungLines(plan),
    ...plan.skipped.map(
      ({ name, reason }) => `  ${name.padEnd(9)} skipped: ${reason}`,
    ),
    ...plan.notes.map((note) => `  note: ${note}`),
    ...bundledLine(tools),
    ...(verbose
      ? ENGINES.local
          .commands(plan, "WORK")
          .map((args) => commandLine(tools.ffmpeg.path, args))
      : []),
  ].join("\n");
}

/** What was read, and how it will be cut. */
export function sourceLines(plan: EncodePlan): string[] {
  const { source } = plan;
  const video = videoStream(plan);
  return [
    source.path,
    `  source    ${sourceFacts(plan)}`,
    ...(video ? [`  cut       ${describeGrid(video.grid)}`] : []),
  ];
}

/** Length, picture and sound of the source in one line. */
export function sourceFacts({ source, durationSeconds }: EncodePlan): string {
  const { ignored } = source;
  const number = (type: string, streams: readonly number[]) =>
    streams.length > 1 || ignored.some((each) => each.type === type)
      ? ` (${streams.length > 1 ? "streams" : "stream"} ${streams.join("+")})`
      : "";
  return [
    clock(durationSeconds),
    ...source.streams.map(
      (stream) =>
        `${streamFacts(stream)}${number(stream.kind, indexesOf(stream))}`,
    ),
  ].join(", ");
}

function streamFacts(stream: SourceStream): string {
  switch (stream.kind) {
    case "video":
      return `${stream.width}x${stream.height} ${stream.codec}`;
    case "audio":
      return `${stream.codec} ${stream.channels} ch ${stream.sampleRate} Hz`;
    case "text":
      return `${stream.codec} ${stream.language}`;
  }
}

/** A line for each rung that will be made. */
export function rungLines({ streams }: EncodePlan): string[] {
  return streams.flatMap(({ language, rungs }) =>
    rungs.map((rung) => rungLine(rung, language)),
  );
}

function rungLine(rung: Rung, language: string): string {
  switch (rung.kind) {
    case "video":
      return videoLine(rung);
    case "audio":
      return audioLine(rung, language);
    case "text":
      return textLine(rung, language);
  }
}

function videoLine(rung: VideoRung): string {
  const size = `${rung.width}x${rung.height}`.padEnd(10);
  const rates = `${kilo(rung.bitrate)} kbit/s, at most ${kilo(rung.maxBitrate)}`;
  return `  ${rung.name.padEnd(9)} ${size} ${rates}, ${rung.profile} ${rung.level}${asIs(rung)} -> ${rung.file}`;
}

function audioLine(rung: AudioRung, language: string): string {
  const shape = `${rung.channels} channels, ${rung.sampleRate} Hz`;
  return `  sound     ${language.padEnd(10)} ${kilo(rung.bitrate)} kbit/s, ${codecNamed(rung.codec).label} ${shape}${asIs(rung)} -> ${rung.file}`;
}

function textLine(rung: TextRung, language: string): string {
  return `  text      ${language.padEnd(10)} ${rung.codec}${asIs(rung)} -> ${rung.file}`;
}

function asIs({ copied }: Rung): string {
  return copied ? ", as the source has it" : "";
}

/** The bundled ffmpeg is old: whoever feeds it files from strangers should know. */
function bundledLine({ ffmpeg }: Tools): string[] {
  return ffmpeg.origin === "bundled"
    ? [
        `  note: the bundled ffmpeg (${ffmpeg.version}) is used; for files from strangers install a current one`,
      ]
    : [];
}

/** A progress line for a log. */
export function progressText(
  progress: PackProgress,
  remaining: number | undefined,
): string {
  return `${progress.label}: ${Math.floor(progress.fraction * 100)} %${progressDetails(progress, remaining)}`;
}

/** What follows the percentage: speed and time left, as far as they are known. */
export function progressDetails(
  progress: PackProgress,
  remaining: number | undefined,
): string {
  const { framesPerSecond: fps = 0, speed = 0 } = progress;
  return [
    fps > 0 ? `, ${fps.toFixed(0)} fps` : "",
    speed > 0 ? `, ${speed.toFixed(2)}x` : "",
    remaining === undefined || progress.fraction === 1
      ? ""
      : `, ${clock(remaining)} left`,
  ].join("");
}

/** What was written and what to do next. */
export function deliveredSummary(result: Delivered): string {
  const { folder, files, manifest, durationSeconds, skipped, lost, notes } =
    result;
  const losses =
    lost.length === 0 ? [] : [`Could not be decoded: ${lostText(lost)}`];
  if (skipped) {
    const same = `Skipped, this is the same package already: ${manifest}`;
    return [...losses, same].join("\n");
  }
  const width = Math.max(...files.map(({ file }) => file.length));
  const rows = files.map(
    ({ file, bytes }) => `  ${file.padEnd(width)}  ${size(bytes).padStart(9)}`,
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
    `Protected with ${SYSTEM_FACTS[system].label}, key ${kid}: ${percent} % of all picture and sound bytes are encrypted`,
  ];
}

function kilo(bitrate: number): string {
  return String(Math.round(bitrate / 1000));
}

/** Text of an input, each line with the input's name. */
export function prefixed(item: BatchItem, text: string): string {
  const lines = text.split("\n");
  return lines
    .map((line) => `${placeOf(item)} ${item.input}: ${line}`)
    .join("\n");
}

/** What a bar is called: of a long path the end tells most. */
export function barLabel(item: BatchItem): string {
  const { input } = item;
  const short =
    input.length <= LABEL_LENGTH ? input : `…${input.slice(1 - LABEL_LENGTH)}`;
  return `${placeOf(item)} ${short.padEnd(LABEL_LENGTH)}`;
}

const LABEL_LENGTH = 24;

/** `[ 2/10]`, or in a watch folder `[2]`. */
function placeOf({ number, total }: BatchItem): string {
  if (total === undefined) return `[${number}]`;
  return `[${String(number).padStart(String(total).length)}/${total}]`;
}

/** What will be made of an input: one line and its notes. */
export function planBrief(plan: EncodePlan): string {
  const rungs = allRungs(plan).map(({ name }) => name);
  return [
    `${sourceFacts(plan)} -> ${rungs.join(", ")}`,
    ...plan.notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** What became of an input. */
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
          `skipped, this is the same package already: ${report.manifest}`,
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

/** Where an input of a watch folder is now. */
export function movedText(item: BatchItem, to: string): string {
  return prefixed(item, `moved to ${to}`);
}

/** Total, done, skipped, failed; and again which failed, for they may be far above. */
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

/** The message without the input's name, which stands before it already. */
function reason({
  input,
  message,
}: {
  input: string;
  message: string;
}): string {
  const start = `${input}: `;
  return message.startsWith(start) ? message.slice(start.length) : message;
}
