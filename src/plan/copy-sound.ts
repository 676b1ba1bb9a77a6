import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { SourceInfo } from "../probe/source-info.js";
import { kilobits } from "./bitrate.js";
import { cannotCopy } from "./copy-refusal.js";
import type { CopyFacts, CopyRefusal, CopySound } from "./copyable.js";
import type { AudioRung, VideoPlan } from "./encode-plan.js";
import type { PlannedAudio } from "./plan-audio.js";
import type { Timing } from "./timing.js";

export interface CopySoundInput {
  readonly source: SourceInfo;
  readonly timing: Timing;
  readonly facts: CopyFacts;
  /** What becomes of the picture. */
  readonly video: VideoPlan | undefined;
  /** Of the package. */
  readonly name: string;
}

/**
 * The planned sound, but as the source has it.
 *
 * @throws PackError `input` with the reason why it cannot be that as it is
 */
export function withCopiedSound(
  { rung, notes }: PlannedAudio,
  input: CopySoundInput,
): PlannedAudio {
  const { source, name } = input;
  const facts = copyableSound(rung, input);
  if ("reason" in facts) throw cannotCopy(source.path, "audio", facts.reason);
  const { trackId, bitrate, sampleRate } = facts;
  return {
    rung: {
      ...rung,
      file: `${name}_${rung.language}_${kilobits(bitrate)}.isma`,
      ...{ bitrate, sampleRate },
      filters: [],
      copied: { trackId, zero: zeroOf(input) },
    },
    notes,
  };
}

function copyableSound(
  rung: AudioRung,
  { source: { audio }, facts }: CopySoundInput,
): CopySound | CopyRefusal {
  const { codec, channels } = audio ?? rung;
  if (audio?.joined !== undefined)
    return { reason: `it is ${audio.joined.length} streams. Expected one` };
  if (codec !== "aac") return { reason: `it is ${codec}. Expected AAC-LC` };
  if (channels !== rung.channels)
    return {
      reason: `it has ${channels} channels. Expected ${rung.channels}; --audio-channels asks for others`,
    };
  return facts.sound ?? { reason: "its track is not found" };
}

/** When the package begins, on the source's own clock: the picture's first frame may have been moved to the grid. */
function zeroOf({ facts, timing, video }: CopySoundInput): Ticks {
  const shift = Math.round(timing.shiftSeconds * SMOOTH_TIMESCALE);
  return video?.rungs[0]?.copied?.zero ?? facts.begin - shift;
}
