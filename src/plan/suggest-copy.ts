import { ratio } from "../media/time.js";
import { PackError } from "../errors.js";
import { kilobits } from "../util/format.js";
import { COPY_CHOICES, type CopyChoice } from "./copyable.js";
import {
  audioStreams,
  type EncodePlan,
  type VideoPlan,
  videoStream,
} from "./encode-plan.js";
import type { LadderSettings } from "./settings.js";

/**
 * The plan with notes on the parts that `copy` could take as they are and does not.
 *
 * @param make a plan with other settings
 */
export function withSuggestions<Settings extends LadderSettings>(
  plan: EncodePlan,
  settings: Settings,
  make: (settings: Settings) => EncodePlan,
): EncodePlan {
  const { copy = [] } = settings;
  const suggestions = COPY_CHOICES.filter(
    (choice) => !copy.includes(choice),
  ).flatMap((choice) => {
    const other = unlessRefused(() =>
      make({ ...settings, copy: [...copy, choice] }),
    );
    const note = other && NOTES[choice](plan, other);
    return note === undefined ? [] : [{ choice, note }];
  });
  return {
    ...plan,
    notes: [...plan.notes, ...suggestions.map(({ note }) => note)],
    copyable: suggestions.map(({ choice }) => choice),
  };
}

/** A refusal is no news: the user did not ask for a copy. */
function unlessRefused(make: () => EncodePlan): EncodePlan | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof PackError) return undefined;
    throw error;
  }
}

const NOTES: Readonly<
  Record<
    CopyChoice,
    (plan: EncodePlan, copied: EncodePlan) => string | undefined
  >
> = {
  video: (plan, other) => {
    const [video, copied] = [videoStream(plan), videoStream(other)];
    if (!video || !copied) return undefined;
    return `${topNote(video, copied)}${partText(other)}`;
  },
  audio: (_, other) => {
    const copied = audioStreams(other)
      .flatMap(({ rungs }) => rungs)
      .filter((rung) => rung.copied);
    if (copied.length === 0) return undefined;
    const bitrates = copied
      .map(({ bitrate }) => kilobits(bitrate))
      .join(" and ");
    return `--copy audio would keep the source's own sound (${bitrates} kbit/s)`;
  },
};

function topNote(plan: VideoPlan, copied: VideoPlan): string {
  const [top] = copied.rungs;
  const left = copied.rungs.filter((rung) => rung.copied === undefined);
  const saved = plan.rungs.length - left.length;
  const share = 1 - pixels(left) / pixels(plan.rungs);
  return (
    `--copy video would keep the source's own ${top?.name} ` +
    `(${kilobits(top?.bitrate ?? 0)} kbit/s, ${keyFramesText(copied)}) and save encoding ` +
    `${saved} of ${plan.rungs.length} rungs, ${Math.round(100 * share)} % of the pixels`
  );
}

/** A part would not be exactly the one that is asked for. */
function partText({
  startSeconds = 0,
  durationSeconds,
  filmSeconds,
}: EncodePlan): string {
  if (filmSeconds === undefined) return "";
  const end = startSeconds + durationSeconds;
  const text = (seconds: number) => String(Number(seconds.toFixed(3)));
  return `; the part would be from key frame to key frame, ${text(startSeconds)} s to ${text(end)} s`;
}

function keyFramesText({ grid }: VideoPlan): string {
  const seconds = (grid.gopFrames / ratio(grid.frameRate)).toFixed(3);
  const most = `${Number(seconds)} s`;
  return grid.cuts ? `fragments of up to ${most}` : `fragments of ${most}`;
}

function pixels(
  rungs: readonly { readonly width: number; readonly height: number }[],
): number {
  return rungs.reduce((sum, { width, height }) => sum + width * height, 0);
}
