import { relative } from "node:path";
import type { BatchItem } from "../batch/item.js";
import type { PlannedItem, PlanReport } from "../batch/plan-all.js";
import { codecNamed } from "../codecs/index.js";
import { ENGINES } from "../encode/index.js";
import { describeTools, type Tools } from "../ffmpeg/find.js";
import {
  allRungs,
  type AudioRung,
  type EncodePlan,
  type PlanStream,
  type Rung,
  type TextPlan,
  type VideoRung,
  videoStream,
} from "../plan/encode-plan.js";
import { loudnessText } from "../plan/level-sound.js";
import { describePieces } from "../plan/pieces.js";
import { describeGrid } from "../plan/plan.js";
import {
  audioIn,
  indexesOf,
  type SourceAudio,
  type SourceStream,
} from "../probe/source-info.js";
import { clock, commandLine, size } from "../util/format.js";
import { prefixed, reason, sidecarLines, textOrigin } from "./batch-text.js";
import {
  columns,
  cutEnd,
  inOneOrTwo,
  padEnd,
  shortened,
  terminalColumns,
} from "./columns.js";
import { fitLines } from "./fit-text.js";

/** A few lines before the work begins: tools, source, rungs, and changes to the source. */
export function planSummary(
  plan: EncodePlan,
  tools: Tools,
  verbose: boolean,
): string {
  return [
    ...(verbose ? [describeTools(tools)] : []),
    ...sourceLines(plan),
    ...rungLines(plan),
    ...sidecarLines(plan),
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

/** The source, and how it will be cut. */
function sourceLines(plan: EncodePlan): string[] {
  const { source } = plan;
  const video = videoStream(plan);
  return [
    source.path,
    `  source    ${sourceFacts(plan)}`,
    ...audioIn(source).flatMap(sourceAudioLine),
    ...(video ? [`  cut       ${describeGrid(video.grid)}`] : []),
    ...(video?.encoder ? [`  encoder   ${video.encoder}`] : []),
    ...(video?.tune ? [`  tuned     for ${video.tune}`] : []),
    ...(video?.pieces ? [`  pieces    ${describePieces(video)}`] : []),
  ];
}

/** A sound with the reason for its choice, when the file has several. */
function sourceAudioLine(stream: SourceAudio, i: number): string[] {
  if (stream.reason === undefined) return [];
  const numbers = indexesOf(stream).join("+");
  const first = i === 0 ? ", the default" : "";
  return [
    `  stream ${numbers.padEnd(2)} ${stream.language}, ${streamFacts(stream)}: ${stream.reason}${first}`,
  ];
}

/** Length, picture and sounds of the source in one line. */
function sourceFacts({ source, durationSeconds }: EncodePlan): string {
  const { ignored } = source;
  const audio = audioIn(source);
  const number = (type: string, streams: readonly number[]) =>
    streams.length > 1 || ignored.some((each) => each.type === type)
      ? ` (${streams.length > 1 ? "streams" : "stream"} ${streams.join("+")})`
      : "";
  return [
    clock(durationSeconds),
    ...source.streams
      .filter(({ kind }) => kind !== "audio" || audio.length === 1)
      .map(
        (stream) =>
          `${streamFacts(stream)}${number(stream.kind, indexesOf(stream))}`,
      ),
    ...(audio.length > 1
      ? [
          `${audio.length} sounds (${audio.map(({ language }) => language).join(", ")})`,
        ]
      : []),
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
function rungLines({ streams }: EncodePlan): string[] {
  return streams.flatMap((stream) => {
    switch (stream.kind) {
      case "video":
        return stream.rungs.map((rung) => videoLine(rung, stream.crf));
      case "audio":
        return stream.rungs.flatMap((rung) => [
          audioLine(rung, stream.language),
          ...loudnessLine(rung),
        ]);
      case "text":
        return textLine(stream);
    }
  });
}

function videoLine(rung: VideoRung, ofAll: number | undefined): string {
  const size = `${rung.width}x${rung.height}`.padEnd(10);
  const most = `at most ${kilo(rung.maxBitrate)}`;
  const crf = rung.crf ?? ofAll;
  const average = rung.crf === undefined ? "" : `about ${kilo(rung.bitrate)}, `;
  const rates =
    crf === undefined
      ? `${kilo(rung.bitrate)} kbit/s, ${most}`
      : `crf ${crf}, ${average}${most} kbit/s`;
  return withFile(
    `  ${rung.name.padEnd(9)} ${size} ${rates}, ${rung.profile} ${rung.level}${asIs(rung)}`,
    rung.file,
  );
}

function audioLine(rung: AudioRung, language: string): string {
  const shape = `${channelsText(rung.channels)}, ${rung.sampleRate / 1000} kHz`;
  return withFile(
    `  audio     ${language.padEnd(10)} ${kilo(rung.bitrate)} kbit/s, ${codecNamed(rung.codec).label} ${shape}${asIs(rung)}`,
    rung.file,
  );
}

/** Below the line of the sound. */
function loudnessLine({ loudness }: AudioRung): string[] {
  const text = loudness && loudnessText(loudness);
  return text === undefined ? [] : [`            loudness   ${text}`];
}

function channelsText(channels: number): string {
  return ["", "mono", "stereo"][channels] ?? `${channels} channels`;
}

/** Long names go below, so that the terminal does not break them. */
function withFile(text: string, file: string): string {
  return inOneOrTwo(text, `-> ${file}`, terminalColumns());
}

function textLine({ language, cues, source, rungs }: TextPlan): string {
  return withFile(
    `  text      ${language.padEnd(10)} ${cues} caption${cues === 1 ? "" : "s"} of ${textOrigin(source)}`,
    rungs[0].file,
  );
}

function asIs({ copied }: Rung): string {
  return copied ? ", as the source has it" : "";
}

/** The bundled ffmpeg is old: a user who gives it files from strangers should know that. */
function bundledLine({ ffmpeg }: Tools): string[] {
  return ffmpeg.origin === "bundled"
    ? [
        `  note: the bundled ffmpeg (${ffmpeg.version}) is used; for files from strangers install a current one`,
      ]
    : [];
}

/** The result for an input: one line and its notes. */
export function planBrief(plan: EncodePlan): string {
  const rungs = allRungs(plan).map(({ name }) => name);
  return [
    `${sourceFacts(plan)} -> ${rungs.join(", ")}`,
    ...plan.notes.map((note) => `note: ${note}`),
  ].join("\n");
}

function kilo(bitrate: number): string {
  return String(Math.round(bitrate / 1000));
}

/** The whole plan for one input, with ffmpeg's commands. */
export function planText(
  plan: EncodePlan,
  commands: readonly string[],
  protection: readonly string[],
  hasOwnRungs = false,
): string {
  const { estimate } = plan;
  return [
    ...sourceLines(plan),
    "",
    hasOwnRungs
      ? `Rungs (yours; all else from preset ${plan.preset}):`
      : `Rungs (preset ${plan.preset}):`,
    ...rungLines(plan),
    ...sidecarLines(plan),
    ...fitLines(videoStream(plan)?.fit),
    ...section(
      "Skipped:",
      plan.skipped.map(({ name, reason }) => `${name}: ${reason}`),
    ),
    ...section("Notes:", plan.notes),
    ...section("Filters:", plan.streams.flatMap(filterLines)),
    ...(protection.length === 0 ? [] : ["", ...protection]),
    "",
    `Fragments: ${estimate.fragments} in each track`,
    `Size: about ${size(estimate.bytes)}; disk needed while working: about ${size(estimate.diskBytes)}`,
    ...section(commandsTitle(plan, commands), commands),
  ].join("\n");
}

function commandsTitle(plan: EncodePlan, commands: readonly string[]): string {
  if (videoStream(plan)?.pieces !== undefined)
    return "Commands (the first piece of the picture, and the sound):";
  return commands.length === 1 ? "Command:" : "Commands:";
}

function filterLines(stream: PlanStream): string[] {
  switch (stream.kind) {
    case "video":
      return [
        `all rungs: ${stream.filters.join(", ")}`,
        ...stream.rungs.map((rung) => `${rung.name}: ${filtersText(rung)}`),
      ];
    case "audio":
      return stream.rungs.map(
        (rung) =>
          `${rung.name}: ${filtersText(rung, [
            ...(stream.joined ? [stream.joined.filter] : []),
            ...(rung.loudness?.filters ?? []),
          ])}`,
      );
    case "text":
      return [];
  }
}

/** @param behind filters after those of each stream: the join, and the loudness */
function filtersText(
  { copied, filters }: VideoRung | AudioRung,
  behind: readonly string[] = [],
): string {
  if (copied) return "none, it is not encoded";
  return [...filters, ...behind].join(", ");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** The plan for one of many inputs, or the reason why it would be refused. */
export function planAsText(item: BatchItem, planned: PlannedItem): string {
  const { plan, state } = planned;
  const lines = [
    ...(plan === undefined ? [] : [planBrief(plan)]),
    ...(state === "refused" ? [`refused: ${reasonOf(planned)}`] : []),
    ...(state === "skipped" ? ["skipped: the same package is there"] : []),
  ];
  return prefixed(item, lines.join("\n"));
}

function reasonOf(planned: PlannedItem & { state: "refused" }): string {
  const { hint } = planned;
  return `${reason(planned)}${hint === undefined ? "" : `\n${hint}`}`;
}

/** A row for each input: length, size and path of its package, or the reason why it would be refused. */
export function planTable({ items, ...sum }: PlanReport): string {
  const rows = items.map(tableRow);
  const total = `${sum.total} ${sum.total === 1 ? "input" : "inputs"}`;
  const counts = [
    `${sum.planned} to package`,
    ...(sum.skipped > 0 ? [`${sum.skipped} skipped`] : []),
    ...(sum.refused > 0 ? [`${sum.refused} refused`] : []),
    ...(sum.stopped > 0 ? [`${sum.stopped} not looked at`] : []),
  ].join(", ");
  const all = [
    ["Input", "Length", "Size", "Package"],
    ...rows,
    [total, clock(sum.durationSeconds), `about ${size(sum.bytes)}`, counts],
  ] as const;
  const width = (column: 0 | 1 | 2) =>
    Math.max(...all.map((row) => columns(row[column])));
  return all
    .map(([input, length, bytes, result]) => {
      const figures = [
        padEnd(input, width(0)),
        length.padStart(width(1)),
        bytes.padStart(width(2)),
      ].join("  ");
      return `${figures}  ${fitReason(result, columns(figures) + 2)}`;
    })
    .join("\n");
}

/** The whole reason of a refusal stands above the table. */
function fitReason(result: string, taken: number): string {
  if (!result.startsWith("refused: ")) return result;
  return cutEnd(result, Math.max(20, terminalColumns() - taken));
}

/** Length and size of a refused input do not count. */
function tableRow(item: PlannedItem) {
  const { input, plan, state, manifest, name } = item;
  const figures =
    state === "planned" && plan !== undefined
      ? ([clock(plan.durationSeconds), size(plan.estimate.bytes)] as const)
      : (["-", "-"] as const);
  return [shortened(input, 40), ...figures, resultText()] as const;
  function resultText(): string {
    if (state === "refused")
      return `refused: ${reason(item).split("\n")[0]} (${item.code})`;
    if (state === "stopped") return "not looked at";
    const place =
      manifest === undefined ? `${name}.ism` : relativePath(manifest);
    return state === "skipped" ? `skipped: ${place}` : place;
  }
}

/** The path relative to the current folder, when that is shorter. */
function relativePath(path: string): string {
  const way = relative(process.cwd(), path);
  return way.length < path.length ? way : path;
}
