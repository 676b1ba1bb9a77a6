import { isDolby, type DolbyName } from "../codecs/index.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  audioIn,
  type SourceAudio,
  type SourceInfo,
} from "../probe/source-info.js";
import { kilobits } from "../util/format.js";
import {
  cannotCopy,
  isReadable,
  type CopiedTrack,
  type CopyAudio,
  type CopyFacts,
  type CopyRefusal,
} from "./copyable.js";
import type { AudioPlan, AudioRung, VideoPlan } from "./encode-plan.js";
import type { PlannedAudio } from "./plan-audio.js";
import type { Timing } from "./timing.js";

interface CopyAudioInput {
  readonly source: SourceInfo;
  /** The source's sound that is planned. */
  readonly audio: SourceAudio;
  readonly timing: Timing;
  readonly facts: CopyFacts;
  /** The plan of the picture. */
  readonly video: VideoPlan | undefined;
  /** Name of the package. */
  readonly name: string;
}

/**
 * Replaces the last plan of a sound with the source's own sound. That is 5.1 where the
 * user asks for it, with encoded stereo before it. Dolby sound comes behind all of them:
 * few clients play it.
 *
 * @throws PackError `input` with the reason why that sound cannot be taken as it is
 */
export function withCopiedAudio(
  planned: readonly PlannedAudio[],
  input: CopyAudioInput,
): PlannedAudio[] {
  if (isDolby(input.audio.codec))
    return [...planned, copiedDolby(input.audio.codec, input)];
  if (isBesideDolby(input)) return planned.map(withReason);
  return planned.map((each, i) => {
    if (i < planned.length - 1) return each;
    const { plan } = each;
    const rungs = plan.rungs.map((rung) => copiedAudioRung(plan, rung, input));
    return { ...each, plan: { ...plan, rungs } };
  });
}

/** Only its Dolby sound can be copied: other sound than that of an MP4 has no table of samples that we read. */
function isBesideDolby({ source }: CopyAudioInput): boolean {
  const hasDolby = audioIn(source).some(({ codec }) => isDolby(codec));
  return hasDolby && !isReadable(source.container);
}

function withReason({ plan, notes }: PlannedAudio): PlannedAudio {
  const note = `the sound ${plan.language} is encoded: --copy audio takes AAC from MP4 and MOV alone`;
  return { plan, notes: [...notes, note] };
}

function copiedAudioRung(
  { language }: AudioPlan,
  rung: AudioRung,
  input: CopyAudioInput,
): AudioRung {
  const { source, name } = input;
  const facts = copyableAudio(rung, input);
  if ("reason" in facts) throw cannotCopy(source.path, "audio", facts.reason);
  const { trackId, bitrate, sampleRate } = facts;
  return {
    ...rung,
    file: `${name}_${language}_${kilobits(bitrate)}.isma`,
    ...{ bitrate, sampleRate },
    filters: [],
    copied: { trackId, zero: zeroOf(input) },
  };
}

function copyableAudio(
  rung: AudioRung,
  { source, audio, facts }: CopyAudioInput,
): CopyAudio | CopyRefusal {
  const { codec, channels, joined } = audio;
  if (joined !== undefined)
    return { reason: `it is ${joined.length} streams. Expected one` };
  if (codec !== "aac") return { reason: `it is ${codec}. Expected AAC-LC` };
  if (channels !== rung.channels)
    return {
      reason: `it has ${channels} channels. Expected ${rung.channels}; --audio-channels asks for others`,
    };
  const place = audioIn(source).indexOf(audio);
  return facts.audio[place] ?? { reason: "its track is not found" };
}

/**
 * When the package begins, on the source's own clock. The picture's first frame may
 * have been moved to the grid.
 */
function zeroOf({ facts, timing, video }: CopyAudioInput): Ticks {
  const shift = Math.round(timing.shiftSeconds * SMOOTH_TIMESCALE);
  return video?.rungs[0]?.copied?.zero ?? facts.begin - shift;
}

/**
 * The plan of a source's own E-AC-3 or AC-3.
 *
 * @throws PackError `input` with the reason why it cannot be taken as it is
 */
function copiedDolby(codec: DolbyName, input: CopyAudioInput): PlannedAudio {
  const { source, audio, name } = input;
  const { language, channels, sampleRate, index } = audio;
  const track = trackOf(input);
  if ("reason" in track) throw cannotCopy(source.path, "audio", track.reason);
  const { bitrate, copied } = track;
  return {
    plan: {
      ...{ kind: "audio", name: "audio", language, streamIndex: index },
      rungs: [
        {
          ...{ kind: "audio", codec, name: `audio ${language}` },
          file: `${name}_${language}_${kilobits(bitrate)}.isma`,
          ...{ channels, sampleRate, bitrate, filters: [], copied },
        },
      ],
    },
    notes: [],
  };
}

interface DolbyTrack {
  readonly bitrate: number;
  readonly copied: CopiedTrack;
}

/** In an MP4 its tables tell where it is; of other containers ffmpeg takes it out. */
function trackOf(input: CopyAudioInput): DolbyTrack | CopyRefusal {
  const { source, audio, facts } = input;
  const { joined, bitrate } = audio;
  if (joined !== undefined)
    return { reason: `it is ${joined.length} streams. Expected one` };
  if (isReadable(source.container)) {
    const fact = facts.audio[audioIn(source).indexOf(audio)];
    if (fact === undefined) return { reason: "its track is not found" };
    if ("reason" in fact) return fact;
    const { trackId } = fact;
    return { bitrate: fact.bitrate, copied: { trackId, zero: zeroOf(input) } };
  }
  if (source.clock) return { reason: "its clock jumps, and the film goes on" };
  if (bitrate === undefined) return { reason: "its frames tell no bitrate" };
  return {
    bitrate,
    copied: {
      zero: 0 - ticks(input.timing.shiftSeconds),
      begin: ticks(audio.startSeconds),
    },
  };
}

function ticks(seconds: number): Ticks {
  return Math.round(seconds * SMOOTH_TIMESCALE);
}
