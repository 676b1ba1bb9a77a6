import { gridOf } from "../media/fragment-length.js";
import { audioIn, videoIn } from "../probe/source-info.js";
import { kilobits } from "../util/format.js";
import { copyableTop, type CopyTopInput } from "./copy-rules.js";
import { cannotCopy, type CopyVideo } from "./copyable.js";
import type { SkippedRung, VideoRung } from "./encode-plan.js";
import type { PlannedVideo } from "./plan-video.js";

/**
 * The plan with the source's own picture in the place of its highest rung. All rungs
 * are then cut at the key frames of that picture.
 *
 * @throws PackError `input` with the first reason why it cannot be that rung as it is
 */
export function withCopiedTop(
  planned: PlannedVideo,
  input: CopyTopInput,
): PlannedVideo {
  const { source, chosen, name } = input;
  const [planTop, ...lower] = planned.plan.rungs;
  if (planTop === undefined) return planned;
  const facts = copyableTop(planned, planTop, input);
  if ("reason" in facts) throw cannotCopy(source.path, "video", facts.reason);
  const top = copiedRung(planTop, facts, name);
  const { kept, skipped } = below(top, lower);
  return {
    plan: {
      ...planned.plan,
      grid: gridOf(chosen.rate, facts.cuts, facts.frameCount),
      rungs: [top, ...kept],
    },
    skipped: [...planned.skipped, ...skipped],
    notes: [
      // Notes about the rung that it replaces are dropped.
      ...planned.notes.filter((note) => !note.startsWith(`${top.name}: `)),
      ...copyNotes(planTop, facts, input),
    ],
  };
}

function copiedRung(
  planned: VideoRung,
  facts: CopyVideo,
  name: string,
): VideoRung {
  const { trackId, begin, bitrate, maxBitrate, profile, level } = facts;
  return {
    ...planned,
    file: `${name}_${kilobits(bitrate)}.ismv`,
    ...{ bitrate, maxBitrate, bufferSize: maxBitrate, profile, level },
    filters: [],
    copied: { trackId, zero: begin },
  };
}

/** A rung with more than this share of the top's bits would be the same choice in worse quality. */
const LOWER_SHARE = 0.9;

function below(top: VideoRung, rungs: readonly VideoRung[]) {
  const limit = LOWER_SHARE * top.bitrate;
  const skipped: SkippedRung[] = rungs
    .filter(({ bitrate }) => bitrate > limit)
    .map(({ name, bitrate }) => ({
      name,
      reason: `its ${kilobits(bitrate)} kbit/s are not below the ${kilobits(top.bitrate)} kbit/s of the source's own picture`,
    }));
  return { kept: rungs.filter(({ bitrate }) => bitrate <= limit), skipped };
}

/** Few lines carry more than this many times the ladder's peak for the size. */
const FAR_ABOVE = 4;

function copyNotes(
  planned: VideoRung,
  { bitrate, level }: CopyVideo,
  { source, timing }: CopyTopInput,
): string[] {
  const { name, maxBitrate } = planned;
  const { startSeconds: begin = 0 } = timing;
  const starts = audioIn(source).map(({ startSeconds }) => startSeconds);
  const early =
    (videoIn(source)?.startSeconds ?? 0) - Math.min(...starts) - begin;
  return [
    ...(bitrate > FAR_ABOVE * maxBitrate
      ? [
          `${name}: the source's ${kilobits(bitrate)} kbit/s are far above the ${kilobits(maxBitrate)} kbit/s at most of the ladder; players on usual lines will never choose it`,
        ]
      : []),
    ...(Number(level) > Number(planned.level)
      ? [
          `${name}: the source's H.264 level ${level} is above the ladder's ${planned.level}; old boxes may refuse it`,
        ]
      : []),
    ...(early > WORTH_A_NOTE
      ? [
          `the ${early.toFixed(3)} s of sound before the first picture are left out`,
        ]
      : []),
  ];
}

const WORTH_A_NOTE = 0.005;
