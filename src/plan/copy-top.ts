import { gridOf } from "../media/cut-times.js";
import { kilobits } from "./bitrate.js";
import { cannotCopy } from "./copy-refusal.js";
import type { CopyPicture } from "./copyable.js";
import { copyablePicture, type CopyTopInput } from "./copy-top-rules.js";
import type { SkippedRung, VideoRung } from "./encode-plan.js";
import type { PlannedVideo } from "./plan-video.js";

/**
 * The plan with the source's own picture in the place of its highest rung, and
 * all rungs cut where that has its key frames.
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
  const facts = copyablePicture(planned, planTop, input);
  if ("reason" in facts) throw cannotCopy(source.path, "top", facts.reason);
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
      // What was said of the rung that it takes the place of.
      ...planned.notes.filter((note) => !note.startsWith(`${top.name}: `)),
      ...copyNotes(planTop, facts, input),
    ],
  };
}

function copiedRung(
  planned: VideoRung,
  facts: CopyPicture,
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

/** A rung with more bits than this share of the top's would be the same choice in worse. */
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

/** So many times the peak that the ladder has for this size, and few lines will carry it. */
const FAR_ABOVE = 4;

function copyNotes(
  planned: VideoRung,
  { bitrate, level }: CopyPicture,
  { source: { video, audio } }: CopyTopInput,
): string[] {
  const { name, maxBitrate } = planned;
  const early = (video?.startSeconds ?? 0) - (audio?.startSeconds ?? Infinity);
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
