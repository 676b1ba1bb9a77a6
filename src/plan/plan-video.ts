import { makeGrid } from "../media/fragment-length.js";
import { plannedBitrateNotes } from "../media/level-bitrates.js";
import type { Rational } from "../media/time.js";
import type { SourceVideo } from "../probe/source-info.js";
import { kilobits } from "../util/format.js";
import { colourFilters } from "./colour-filters.js";
import type { SkippedRung, VideoPlan, VideoRung } from "./encode-plan.js";
import { rungFilters, sharedVideoFilters } from "./filters.js";
import { fragmentClockNotes } from "./source-clock.js";
import { chooseFrameRate, type ChosenRate } from "./frame-rate.js";
import { fitLadder, type FittedRung } from "./ladder.js";
import { PRESET_CODECS, type Preset } from "./preset.js";
import type { LadderSettings } from "./settings.js";
import type { Timing } from "./timing.js";

export interface PlannedVideo {
  readonly plan: VideoPlan;
  readonly skipped: readonly SkippedRung[];
  readonly notes: readonly string[];
}

/** The constant rate of a picture, see {@link chooseFrameRate}. */
export function rateOf(source: SourceVideo): ChosenRate {
  return chooseFrameRate(
    source.nominalRate,
    source.averageRate,
    // Two fields may come as two packets: their gaps are not frame times.
    source.scan === "interlaced" ? undefined : source.frameTiming,
  );
}

/** @param name of the package */
export function planVideo(
  source: SourceVideo,
  rate: Rational,
  timing: Timing,
  preset: Preset,
  settings: LadderSettings,
  name: string,
): PlannedVideo {
  const ladder = fitLadder({
    width: source.width,
    height: source.height,
    frameRate: rate,
    rungs: preset.rungs,
    allowUpscale: settings.allowUpscale ?? false,
  });
  const largest = ladder.rungs[0] ?? source;
  const { note } = colourFilters(source, largest);
  const plan: VideoPlan = {
    kind: "video",
    name: "video",
    language: "und",
    streamIndex: source.index,
    grid: makeGrid(rate, preset.fragmentSeconds, timing.durationSeconds),
    filters: sharedVideoFilters(source, { rate, ...timing }, largest),
    encoderPreset: preset.encoderPreset,
    twoPass: settings.twoPass ?? false,
    reproducible: settings.reproducible ?? false,
    rungs: ladder.rungs.map((rung) => videoRung(rung, source, largest, name)),
  };
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...ladder.notes,
    ...plannedBitrateNotes(plan.rungs),
    ...fragmentClockNotes(source.fragmentClock, "picture"),
  ];
  return { plan, skipped: ladder.skipped, notes };
}

function videoRung(
  rung: FittedRung,
  source: SourceVideo,
  largest: { width: number; height: number },
  name: string,
): VideoRung {
  const { width, height, bitrate, maxBitrate, level } = rung;
  return {
    kind: "video",
    codec: PRESET_CODECS.video,
    name: rung.preset.name,
    file: `${name}_${kilobits(bitrate)}.ismv`,
    width,
    height,
    bitrate,
    maxBitrate,
    bufferSize: Math.round(bitrate * rung.preset.bufferSeconds),
    profile: rung.preset.profile,
    level,
    filters: rungFilters(source, { width, height }, largest),
  };
}
