import { makeGrid, type FragmentGrid } from "../media/fragment-length.js";
import { plannedBitrateNotes } from "../media/level-bitrates.js";
import type { Rational } from "../media/time.js";
import type { SourceInfo, SourceVideo } from "../probe/source-info.js";
import { kilobits } from "../util/format.js";
import { colourFilters } from "./colour-filters.js";
import type { SkippedRung, VideoPlan, VideoRung } from "./encode-plan.js";
import { rungFilters, sharedVideoFilters } from "./filters.js";
import { fragmentClockNotes } from "./source-clock.js";
import { chooseFrameRate, type ChosenRate } from "./frame-rate.js";
import { fitLadder, type FittedRung } from "./ladder.js";
import { limitLadder } from "./ladder-limits.js";
import { planPieces, type Pieces, type PieceSettings } from "./pieces.js";
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

export interface VideoToPlan {
  readonly film: SourceInfo;
  readonly source: SourceVideo;
  readonly rate: Rational;
  readonly timing: Timing;
  readonly preset: Preset;
  readonly settings: LadderSettings & PieceSettings;
  /** Of the package. */
  readonly name: string;
}

export function planVideo(of: VideoToPlan): PlannedVideo {
  const { source, rate, timing, preset, settings } = of;
  const picture = {
    ...{ width: source.width, height: source.height, frameRate: rate },
    allowUpscale: settings.allowUpscale ?? false,
  };
  const fitted = fitLadder({ ...picture, rungs: preset.rungs });
  const ladder = limitLadder(fitted, settings, picture);
  const largest = ladder.rungs[0] ?? source;
  const { note } = colourFilters(source, largest);
  const grid = makeGrid(rate, preset.fragmentSeconds, timing.durationSeconds);
  const pieces = piecesOf(of, grid);
  const plan: VideoPlan = {
    kind: "video",
    name: "video",
    language: "und",
    streamIndex: source.index,
    grid,
    filters: sharedVideoFilters(source, { rate, ...timing }, largest),
    ...(preset.encoder && { encoder: preset.encoder }),
    encoderPreset: preset.encoderPreset,
    ...(preset.tune && { tune: preset.tune }),
    twoPass: settings.twoPass ?? false,
    ...(settings.crf !== undefined && { crf: settings.crf }),
    reproducible: settings.reproducible ?? false,
    ...(timing.frames && { frames: timing.frames }),
    ...(pieces.cuts && { pieces: pieces.cuts }),
    rungs: ladder.rungs.map((rung) => videoRung(rung, largest, of)),
  };
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...ladder.notes,
    ...(pieces.note === undefined ? [] : [pieces.note]),
    ...plannedBitrateNotes(plan.rungs),
    ...fragmentClockNotes(source.fragmentClock, "picture"),
  ];
  return { plan, skipped: ladder.skipped, notes };
}

function piecesOf(
  { film, source, timing, preset, settings }: VideoToPlan,
  grid: FragmentGrid,
): Pieces {
  const { pieceLength, copy = [] } = settings;
  if (pieceLength === undefined) return {};
  if (preset.encoder !== undefined)
    return {
      note: `encoded in one piece: pieces of ${preset.encoder} would not fit together`,
    };
  const { durationSeconds } = timing;
  const isCopied = copy.includes("video");
  const cut = { source: film, video: source, grid, durationSeconds, isCopied };
  return planPieces(cut, pieceLength);
}

function videoRung(
  rung: FittedRung,
  largest: { width: number; height: number },
  { source, settings, name }: VideoToPlan,
): VideoRung {
  const { width, height, bitrate, level } = rung;
  // With a constant quality, the ladder's average is the most.
  const maxBitrate = settings.crf === undefined ? rung.maxBitrate : bitrate;
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
