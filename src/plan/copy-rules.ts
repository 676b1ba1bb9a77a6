import { gridOf } from "../media/fragment-length.js";
import { ratio } from "../media/time.js";
import {
  type SourceInfo,
  type SourceVideo,
  videoIn,
} from "../probe/source-info.js";
import { isHdr, matrixOf } from "./colour-filters.js";
import type { CopyFacts, CopyVideo, CopyRefusal } from "./copyable.js";
import type { ChosenRate } from "./frame-rate.js";
import type { Timing } from "./timing.js";
import type { VideoRung } from "./encode-plan.js";
import type { PlannedVideo } from "./plan-video.js";

export interface CopyTopInput {
  readonly source: SourceInfo;
  readonly chosen: ChosenRate;
  readonly timing: Timing;
  readonly facts: CopyFacts;
  /** Name of the package. */
  readonly name: string;
}

/**
 * The facts of a picture that can be the top rung as it is, or the reason why it
 * cannot: the package would change it, or the other rungs would lack its frames.
 *
 * @param top the rung that it would replace
 */
export function copyableTop(
  planned: PlannedVideo,
  top: VideoRung,
  input: CopyTopInput,
): CopyVideo | CopyRefusal {
  const video = videoIn(input.source);
  if (video === undefined) return { reason: "the source has none" };
  const reason =
    VIDEO_RULES.find(({ fails }) => fails(video))?.words(video) ??
    timeReason(input, video) ??
    sizeReason(top, video) ??
    workReason(planned, top);
  if (reason !== undefined) return { reason };
  const { video: copied = { reason: "its track is not found" } } = input.facts;
  return "reason" in copied ? copied : withKnownLength(copied, input);
}

const VIDEO_RULES: readonly {
  readonly fails: (video: SourceVideo) => boolean;
  readonly words: (video: SourceVideo) => string;
}[] = [
  {
    fails: ({ codec }) => codec !== "h264",
    words: ({ codec }) => `it is ${codec}. Expected H.264`,
  },
  {
    fails: ({ rotation }) => rotation !== 0,
    words: ({ rotation }) =>
      `it is to be turned by ${rotation} degrees. Expected an upright one`,
  },
  {
    fails: ({ mirrored = false }) => mirrored,
    words: () => "it is to be mirrored. Expected an upright one",
  },
  {
    fails: ({ shapes }) => shapes !== undefined,
    words: () => "its shape changes. Expected one",
  },
  {
    fails: ({ sampleAspectRatio }) => ratio(sampleAspectRatio) !== 1,
    words: ({ sampleAspectRatio: { num, den } }) =>
      `its pixels are ${num}:${den}. Expected square ones`,
  },
  {
    fails: ({ scan }) => scan === "interlaced",
    words: () => "it is interlaced. Expected a progressive one",
  },
  {
    fails: isHdr,
    words: ({ colorTransfer }) =>
      `it is HDR (${colorTransfer}). Expected BT.709`,
  },
  {
    fails: ({ fullRange }) => fullRange,
    words: () => "it is full-range. Expected video range",
  },
  {
    fails: ({ pixelFormat }) => pixelFormat !== "yuv420p",
    words: ({ pixelFormat }) =>
      `its pixels are ${pixelFormat}. Expected yuv420p (8 bits, 4:2:0)`,
  },
  {
    fails: (video) => matrixOf(video) !== "bt709",
    words: (video) =>
      video.colorMatrix === ""
        ? `its file does not tell its colours, which for ${video.width}x${video.height} are those of BT.601. Expected BT.709`
        : `its colours are ${video.colorMatrix}. Expected bt709`,
  },
];

/** Sound may start earlier than the picture by this much and be left out. */
const LATEST_START_SECONDS = 0.1;

function timeReason({ chosen, timing }: CopyTopInput, video: SourceVideo) {
  if (chosen.note !== undefined) return chosen.note;
  if (video.startSeconds > LATEST_START_SECONDS)
    return `it begins ${video.startSeconds.toFixed(2)} s late. Expected at most ${LATEST_START_SECONDS} s`;
  if (timing.holdSeconds > 0)
    return `the sound goes on ${timing.holdSeconds.toFixed(2)} s after it, for which its last frame must be held`;
  return undefined;
}

function sizeReason({ width, height, name }: VideoRung, video: SourceVideo) {
  if (width === video.width && height === video.height) return undefined;
  return `it is ${video.width}x${video.height}, the highest rung (${name}) ${width}x${height}. Expected the same size`;
}

/** Filters that no other rule covers. */
function workReason({ plan }: PlannedVideo, { filters }: VideoRung) {
  const work = [...plan.filters, ...filters].filter(
    (filter) => !HARMLESS.test(filter),
  );
  return work.length === 0 ? undefined : `it needs ${work.join(", ")}`;
}

/** Filters that leave an 8-bit 4:2:0 picture of constant rate as it is. */
const HARMLESS = /^(?:setpts=PTS[+-][\d.]+\/TB|fps=|format=yuv420p$|setsar=1$)/;

/** A program's argument holds 128 KiB on Linux; a time takes up to ten characters. */
const MOST_CUTS = 13_000;

/** ffmpeg makes the other rungs, so it must see as many frames. */
function withKnownLength(
  copied: CopyVideo,
  { timing, chosen }: CopyTopInput,
): CopyVideo | CopyRefusal {
  const { cuts = [] } = gridOf(chosen.rate, copied.cuts, copied.frameCount);
  if (cuts.length > MOST_CUTS) {
    return {
      reason: `its ${cuts.length} fragments are not equally long, and ffmpeg can be told ${MOST_CUTS} times. --fragment makes longer ones`,
    };
  }
  const frame = 1 / ratio(chosen.rate);
  const { filmFrames } = copied;
  const seconds = filmFrames * frame;
  const { filmSeconds: told = timing.durationSeconds } = timing;
  if (Math.abs(seconds - told) < frame / 2) return copied;
  return {
    reason: `its ${filmFrames} frames last ${seconds.toFixed(3)} s, by the file's header ${told.toFixed(3)} s`,
  };
}
