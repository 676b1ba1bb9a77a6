import { parse } from "node:path";
import { PackError } from "../errors.js";
import { ratio } from "../media/time.js";
import type {
  SourceAudio,
  SourceInfo,
  SourceVideo,
} from "../probe/source-info.js";
import { kilobits } from "./bitrate.js";
import {
  cutFrames,
  cutTimesOfSound,
  makeGrid,
  type FragmentGrid,
} from "../media/cut-times.js";
import {
  type AudioRung,
  type EncodePlan,
  type Estimate,
  type SkippedRung,
  type VideoPlan,
  type VideoRung,
} from "./encode-plan.js";
import {
  audioFilters,
  audioNotes,
  rungFilters,
  sharedVideoFilters,
} from "./filters.js";
import { chooseFrameRate, rateText } from "./frame-rate.js";
import { fitLadder, type FittedRung } from "./ladder.js";
import type { Preset } from "./preset.js";
import { applySettings, type LadderSettings } from "./settings.js";
import { refuseUnsupported, sourceNotes } from "./source-notes.js";

export interface PlanSettings extends LadderSettings {
  /** Base name of the package; default: the source's file name without its extension. */
  readonly name?: string | undefined;
}

/**
 * Decides everything before anything is done: rungs, sizes, rates, grid, filters.
 * Pure: no files, no clock; the same facts give the same plan.
 *
 * @throws PackError `usage` for a wrong setting, `input` for a source that cannot be packaged rightly
 */
export function makePlan(
  source: SourceInfo,
  preset: Preset,
  settings: PlanSettings = {},
): EncodePlan {
  const wanted = applySettings(preset, settings);
  const name = checkedName(settings.name ?? parse(source.path).name);
  const durationSeconds = plannedDuration(source);
  refuseUnsupported(source);
  const video = source.video && planVideo(source.video, wanted, settings, name);
  const audio =
    source.audio &&
    planAudio(source.audio, wanted, source.video && durationSeconds, name);
  const rungs = [...(video?.plan.rungs ?? []), ...(audio ? [audio] : [])];
  return {
    source,
    name,
    preset: wanted.name,
    durationSeconds,
    gopSeconds: wanted.gopSeconds,
    ...(video && { video: video.plan }),
    ...(audio && { audio }),
    skipped: video?.skipped ?? [],
    notes: [
      ...sourceNotes(source, durationSeconds),
      ...(video?.notes ?? []),
      ...(source.audio ? audioNotes(source.audio, wanted.audio) : []),
    ],
    estimate: estimate(
      rungs,
      durationSeconds,
      fragmentCount(video?.plan.grid, wanted.gopSeconds, durationSeconds),
    ),
  };
}

/** A package ends with its picture, or with its sound when there is no picture. */
function plannedDuration(source: SourceInfo): number {
  const leading = source.video ??
    source.audio ?? {
      startSeconds: 0,
      durationSeconds: source.durationSeconds,
    };
  return leading.startSeconds + leading.durationSeconds;
}

interface PlannedVideo {
  readonly plan: VideoPlan;
  readonly skipped: readonly SkippedRung[];
  readonly notes: readonly string[];
}

function planVideo(
  source: SourceVideo,
  preset: Preset,
  settings: PlanSettings,
  name: string,
): PlannedVideo {
  const chosen = chooseFrameRate(
    source.nominalRate,
    source.averageRate,
    // Two fields may come as two packets: their gaps are no frame times.
    source.interlaced ? undefined : source.frameTiming,
  );
  const grid = makeGrid(chosen.rate, preset.gopSeconds);
  const ladder = fitLadder({
    width: source.width,
    height: source.height,
    frameRate: chosen.rate,
    rungs: preset.rungs,
    allowUpscale: settings.allowUpscale ?? false,
  });
  const plan: VideoPlan = {
    streamIndex: source.index,
    grid,
    filters: sharedVideoFilters(source, chosen.rate),
    encoderPreset: preset.encoderPreset,
    twoPass: settings.twoPass ?? false,
    reproducible: settings.reproducible ?? false,
    rungs: ladder.rungs.map((rung) => videoRung(rung, source, name)),
  };
  const notes = [
    ...(chosen.note === undefined ? [] : [chosen.note]),
    ...ladder.notes,
  ];
  return { plan, skipped: ladder.skipped, notes };
}

function videoRung(
  rung: FittedRung,
  source: SourceVideo,
  name: string,
): VideoRung {
  const { width, height, bitrate, maxBitrate, level } = rung;
  return {
    kind: "video",
    codec: "h264",
    name: rung.preset.name,
    file: `${name}_${kilobits(bitrate)}.ismv`,
    width,
    height,
    bitrate,
    maxBitrate,
    bufferSize: Math.round(bitrate * rung.preset.bufferSeconds),
    profile: rung.preset.profile,
    level,
    filters: rungFilters(source, { width, height }),
  };
}

function planAudio(
  source: SourceAudio,
  preset: Preset,
  pictureSeconds: number | undefined,
  name: string,
): AudioRung {
  const { bitrate, sampleRate, channels } = preset.audio;
  return {
    kind: "audio",
    codec: "aac",
    name: `audio ${source.language}`,
    file: `${name}_${source.language}_${kilobits(bitrate)}.isma`,
    streamIndex: source.index,
    channels,
    sampleRate,
    bitrate,
    language: source.language,
    filters: audioFilters(preset.audio, pictureSeconds),
  };
}

function fragmentCount(
  grid: FragmentGrid | undefined,
  gopSeconds: number,
  seconds: number,
): number {
  if (grid === undefined)
    return cutTimesOfSound(gopSeconds, Math.round(seconds * 1e7)).length;
  return cutFrames(
    grid,
    Math.max(1, Math.round(seconds * ratio(grid.frameRate))),
  ).length;
}

function estimate(
  rungs: readonly { bitrate: number }[],
  durationSeconds: number,
  fragments: number,
): Estimate {
  const bitrate = rungs.reduce((sum, rung) => sum + rung.bitrate, 0);
  const bytes = Math.round((bitrate * durationSeconds) / 8);
  return { fragments, bytes, diskBytes: 2 * bytes };
}

/** Longer names would not leave room for `_5000.ismv` in the 255 bytes that file systems give. */
const LONGEST_NAME_BYTES = 230;

/** A name is one part of a path: it must not lead out of the output folder. */
function checkedName(name: string): string {
  const isWrong = ["", ".", ".."].includes(name) || /[\\/\0-\x1f]/.test(name);
  if (!isWrong && Buffer.byteLength(name) <= LONGEST_NAME_BYTES) return name;
  const expected = isWrong
    ? "a file name without slashes or control characters"
    : `at most ${LONGEST_NAME_BYTES} bytes`;
  throw new PackError(
    "usage",
    `The package's name is ${JSON.stringify(name)}. Expected ${expected}.`,
    {
      hint: "Give another with --name.",
    },
  );
}

/** The plan's grid for people, such as "29.97 fps, a key frame every 60 frames (2.002 s)". */
export function describeGrid({ frameRate, gopFrames }: FragmentGrid): string {
  const seconds = Math.round((gopFrames / ratio(frameRate)) * 1000) / 1000;
  return `${rateText(frameRate)} fps, a key frame every ${gopFrames} frames (${seconds} s)`;
}
