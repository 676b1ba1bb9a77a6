import type { SourceAudio } from "../probe/source-info.js";
import { kilobits } from "./bitrate.js";
import type { AudioRung } from "./encode-plan.js";
import type { Preset } from "./preset.js";
import type { LadderSettings } from "./settings.js";
import {
  audioFilters,
  audioNotes,
  spreadFilter,
  type SoundShape,
} from "./sound-filters.js";
import type { Timing } from "./timing.js";

export interface PlannedAudio {
  readonly rung: AudioRung;
  readonly notes: readonly string[];
}

/**
 * @param withPicture is there a picture that the sound must last as long as
 * @param name of the package
 */
export function planAudio(
  source: SourceAudio,
  { audio }: Preset,
  settings: LadderSettings,
  timing: Timing,
  withPicture: boolean,
  name: string,
): PlannedAudio {
  const channels = channelsFor(
    source,
    settings.audioChannels ?? audio.channels,
  );
  const bitrate = settings.audioBitrate
    ? audio.bitrate
    : Math.round((audio.bitrate * channels) / audio.channels);
  const shape: SoundShape = {
    sampleRate: audio.sampleRate,
    channels,
    spread: spreadFilter(source, channels),
    shiftSeconds: timing.shiftSeconds,
    pictureSeconds: withPicture ? timing.durationSeconds : undefined,
  };
  const rung: AudioRung = {
    kind: "audio",
    codec: "aac",
    name: `audio ${source.language}`,
    file: `${name}_${source.language}_${kilobits(bitrate)}.isma`,
    streamIndex: source.index,
    channels,
    sampleRate: audio.sampleRate,
    bitrate,
    language: source.language,
    filters: audioFilters(shape),
  };
  return { rung, notes: audioNotes(source, shape) };
}

/** 5.1 only of 5.1: nothing is made up. Mono becomes stereo, which every client plays. */
function channelsFor(source: SourceAudio, wanted: number): number {
  return wanted > 2 && source.channels < wanted ? 2 : wanted;
}
