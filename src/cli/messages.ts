import { clock, kilobits } from "../util/format.js";
import { codecNamed } from "../codecs/index.js";
import { type Ticks, SMOOTH_TIMESCALE } from "../media/time.js";
import type { MediaFormat } from "../media/track.js";
import type { NamedTrack, MuxPlan } from "../pipeline/mux-plan.js";
import type { MuxResult } from "../pipeline/mux.js";
import type { Delivered } from "../pipeline/options.js";
import type { TextPlan } from "../plan/encode-plan.js";
import { deliveredSummary, sidecarLines, textOrigin } from "./batch-text.js";
import type { Message } from "./reporter.js";

/** A finished package of any source. */
export function deliveredMessage(
  delivered: Delivered,
  plan: { readonly name: string; readonly notes: readonly string[] },
  more: object = {},
): Message {
  const { report, skipped, notes, ...rest } = delivered;
  return {
    text: () => deliveredSummary(delivered),
    object: {
      state: skipped ? "skipped" : "done",
      ...rest,
      name: plan.name,
      tracks: report.tracks,
      notes: [...plan.notes, ...notes],
      ...more,
    },
  };
}

/** The plan of packaging without encoding. */
export function muxPlanMessage(plan: MuxPlan): Message {
  return {
    text: () => planLines(plan).join("\n"),
    object: {
      plan: { ...plan, tracks: plan.tracks.map(trackFacts) },
    },
  };
}

/** The result of packaging. */
export function muxResultMessage({ plan, ...delivered }: MuxResult): Message {
  return deliveredMessage(delivered, plan);
}

function planLines(plan: MuxPlan): string[] {
  const { name, tracks, text, cutTimes, durationSeconds, notes } = plan;
  return [
    name,
    `  source    ${clock(durationSeconds)}, ${counted(tracks.length, "track")} as they are`,
    `  cut       ${cutText(cutTimes, durationSeconds)}`,
    ...tracks.map(trackLine),
    ...text.map(captionLine),
    ...sidecarLines(plan),
    ...notes.map((note) => `  note: ${note}`),
  ];
}

/** The number and length of fragments. */
function cutText(cutTimes: readonly Ticks[], durationSeconds: number): string {
  const count = cutTimes.length;
  const lengths = cutTimes
    .slice(1)
    .map((time, i) => (time - (cutTimes[i] ?? 0)) / SMOOTH_TIMESCALE);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  if (count === 1) return `1 fragment of ${rounded(durationSeconds)} s`;
  const span =
    rounded(least) === rounded(most)
      ? `${rounded(least)} s`
      : `${rounded(least)} to ${rounded(most)} s`;
  return `${count} fragments of ${span}`;
}

function rounded(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}

function trackLine({ source, file, bitrate }: NamedTrack): string {
  const { track, kind, label } = source;
  const { format, language, codec } = track;
  const what = shapeText(format, language);
  const rate = `${kilobits(bitrate)} kbit/s, ${codecNamed(codec).label}`;
  return `  ${kind.padEnd(9)} ${label}: ${what}, ${rate} -> ${file}`;
}

function shapeText(format: MediaFormat, language: string): string {
  if (format.kind === "video") return `${format.width}x${format.height}`;
  if (format.kind === "text") return language;
  return `${language}, ${counted(format.channels, "channel")}, ${format.sampleRate} Hz`;
}

function captionLine({ source, language, cues, rungs }: TextPlan): string {
  return `  text      ${textOrigin(source)}: ${language}, ${counted(cues, "caption")} -> ${rungs[0].file}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A track without its tables. */
function trackFacts({ source, file, bitrate, stream, fragments }: NamedTrack) {
  const { path, trackId, kind, track } = source;
  const { codec, format, language } = track;
  return {
    ...{ file, source: path, trackId, kind, codec, format, language },
    ...{ bitrate, stream, fragments: fragments.count },
    samples: track.samples.count,
  };
}
