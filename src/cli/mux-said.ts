import { clock } from "../amounts.js";
import { codecNamed } from "../codecs/index.js";
import type { Ticks } from "../media/time.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { kilobits } from "../plan/bitrate.js";
import type { MuxResult } from "../remux.js";
import type { NamedTrack } from "../remux/name-tracks.js";
import type { MuxPlan } from "../remux/plan.js";
import { deliveredSaid, type Said } from "./said.js";

/** What will be packaged as it is. */
export function muxPlanSaid(plan: MuxPlan): Said {
  return {
    lines: () => planLines(plan).join("\n"),
    object: {
      plan: { ...plan, tracks: plan.tracks.map(trackFacts) },
    },
  };
}

/** What was packaged. */
export function muxResultSaid({ plan, ...delivered }: MuxResult): Said {
  return deliveredSaid(delivered, plan);
}

function planLines({
  name,
  tracks,
  cutTimes,
  durationSeconds,
  notes,
}: MuxPlan): string[] {
  return [
    name,
    `  source    ${clock(durationSeconds)}, ${tracks.length} tracks as they are`,
    `  cut       ${cutText(cutTimes, durationSeconds)}`,
    ...tracks.map(trackLine),
    ...notes.map((note) => `  note: ${note}`),
  ];
}

/** How many fragments, and how long they are. */
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
  const what =
    format.kind === "video"
      ? `${format.width}x${format.height}`
      : `${language}, ${format.channels} channels, ${format.sampleRate} Hz`;
  const rate = `${kilobits(bitrate)} kbit/s, ${codecNamed(codec).label}`;
  return `  ${(kind === "video" ? "picture" : "sound").padEnd(9)} ${label}: ${what}, ${rate} -> ${file}`;
}

/** A track without its tables. */
function trackFacts({ source, file, bitrate, stream, fragments }: NamedTrack) {
  const { path, trackId, kind, track } = source;
  const { codec, format, language } = track;
  return {
    ...{ file, source: path, trackId, kind, codec, format, language },
    ...{ bitrate, stream, fragments: fragments.length },
    samples: track.samples.count,
  };
}
