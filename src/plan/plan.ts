import {
  cutFrames,
  audioCutTimes,
  type FragmentGrid,
} from "../media/fragment-length.js";
import { PackError } from "../errors.js";
import { ratio } from "../media/time.js";
import { audioIn, type SourceInfo, videoIn } from "../probe/source-info.js";
import type { StreamSettings } from "../probe/stream-choice.js";
import { copiedPartNotes, framesOfCopy } from "./copied-part.js";
import { withCopiedAudio } from "./copy-audio.js";
import { withCopiedTop } from "./copy.js";
import { unread, type CopyFacts } from "./copyable.js";
import {
  allRungs,
  type EncodePlan,
  type Estimate,
  type Rung,
} from "./encode-plan.js";
import { rateText } from "./frame-rate.js";
import { requireLoudnessUsed, withLoudness } from "./ask-loudness.js";
import { checkedName, packageName } from "./package-name.js";
import { alikeNotes, distinctAudio, planAudioStreams } from "./plan-audio.js";
import type { PieceSettings } from "./pieces.js";
import { planVideo, rateOf } from "./plan-video.js";
import type { Preset } from "./preset.js";
import {
  applySettings,
  requireBitrateUsed,
  type LadderSettings,
} from "./settings.js";
import {
  refuseUnsupported,
  sourceNotes,
  type FilterSupport,
} from "./source-notes.js";
import { planSidecars } from "./sidecars.js";
import {
  hasRange,
  partOfFilm,
  rangeNotes,
  type RangeSettings,
} from "./range.js";
import { planTiming } from "./timing.js";

export interface PlanSettings
  extends LadderSettings, StreamSettings, RangeSettings {
  /** Base name of the package; default: the source's file name without its extension. */
  readonly name?: string | undefined;
}

/**
 * Decides everything before any work: rungs, sizes, rates, grid, filters. Pure: it uses
 * no files and no clock, and the same facts give the same plan.
 *
 * @param abilities of the ffmpeg at hand, where ffmpegs differ
 * @param facts about taking tracks of the source as they are
 * @throws PackError `usage` for a wrong setting, `input` for a source that cannot be
 * packaged rightly
 */
export function makePlan(
  source: SourceInfo,
  preset: Preset,
  settings: PlanSettings & PieceSettings = {},
  abilities: FilterSupport = { toneMap: true },
  facts?: CopyFacts,
): EncodePlan {
  const settledPreset = applySettings(preset, settings);
  const name = checkedName(settings.name ?? packageName(source.path));
  refuseUnsupported(source, abilities);
  const sourceVideo = videoIn(source);
  const chosen = sourceVideo && rateOf(sourceVideo);
  const copied = new Set(settings.copy);
  refuseCopiedPart(settings);
  const known = source.clock ? unread(source) : (facts ?? unread(source));
  const timing = partOfFilm(
    planTiming(source, chosen?.rate, copied.has("video")),
    settings,
    chosen?.rate,
    copied.has("video") ? framesOfCopy(known) : undefined,
  );
  const { durationSeconds } = timing;
  const about = { source, timing, name, facts: known };
  const encoded =
    sourceVideo &&
    chosen &&
    planVideo({
      ...{ film: source, source: sourceVideo, rate: chosen.rate, timing },
      ...{ preset: settledPreset, settings, name },
    });
  const video =
    encoded && copied.has("video")
      ? withCopiedTop(encoded, { ...about, chosen })
      : encoded;
  const ofFilm = {
    film: source,
    preset: settledPreset,
    settings,
    timing,
    name,
  };
  const audioPlans = audioIn(source).flatMap((stream) => {
    const planned = planAudioStreams({ ...ofFilm, source: stream });
    return copied.has("audio")
      ? withCopiedAudio(planned, {
          ...about,
          audio: stream,
          video: video?.plan,
        })
      : planned;
  });
  const { streams: audio, notes: loudnessNotes } = withLoudness(
    distinctAudio(audioPlans.map(({ plan }) => plan)),
    settledPreset.audio.loudness,
  );
  const sounds = audio.flatMap(({ rungs }) => rungs);
  requireBitrateUsed(settings, sounds);
  requireLoudnessUsed(settings.loudness, sounds);
  const streams = [...(video ? [video.plan] : []), ...audio];
  const sidecars = planSidecars({
    ...{ chapters: source.chapters, timing, name },
    picture: video?.plan.rungs.at(-1),
    everySeconds: settledPreset.thumbnailSeconds,
  });
  return {
    source,
    name,
    preset: settledPreset.name,
    durationSeconds,
    ...(timing.startSeconds && { startSeconds: timing.startSeconds }),
    ...(timing.filmSeconds && { filmSeconds: timing.filmSeconds }),
    gopSeconds: settledPreset.fragmentSeconds,
    streams,
    skipped: video?.skipped ?? [],
    notes: [
      ...rangeNotes(timing),
      ...(copied.has("video") ? copiedPartNotes(timing, settings) : []),
      ...sourceNotes(source, timing),
      ...(chosen?.note === undefined ? [] : [chosen.note]),
      ...(video?.notes ?? []),
      ...audioPlans.flatMap(({ notes }) => notes),
      ...alikeNotes(audio),
      ...loudnessNotes,
      ...sidecars.notes,
    ],
    ...sidecars.plan,
    estimate: estimate(
      allRungs({ streams }),
      durationSeconds,
      fragmentCount(
        video?.plan.grid,
        settledPreset.fragmentSeconds,
        durationSeconds,
      ),
    ),
  };
}

/** Sound is copied whole: of what ffmpeg takes out of a file, the begin of a part would have to be found again. */
function refuseCopiedPart(settings: PlanSettings): void {
  const { copy = [] } = settings;
  if (!copy.includes("audio") || !hasRange(settings)) return;
  throw new PackError(
    "usage",
    "--copy audio is given, and a part of the film is asked for. Expected one of them.",
    {
      hint: "Cut the source first: ffmpeg -ss START -to END -i FILE -c copy PART.mp4",
    },
  );
}

function fragmentCount(
  grid: FragmentGrid | undefined,
  gopSeconds: number,
  seconds: number,
): number {
  if (grid === undefined)
    return audioCutTimes(gopSeconds, Math.round(seconds * 1e7)).length;
  return cutFrames(
    grid,
    Math.max(1, Math.round(seconds * ratio(grid.frameRate))),
  ).length;
}

function estimate(
  rungs: readonly Rung[],
  durationSeconds: number,
  fragments: number,
): Estimate {
  const bytesOf = (some: typeof rungs) => {
    const bitrate = some.reduce((sum, rung) => sum + rung.bitrate, 0);
    return Math.round((bitrate * durationSeconds) / 8);
  };
  const bytes = bytesOf(rungs);
  const isWritten = ({ copied }: Rung) => copied?.trackId === undefined;
  const encoded = bytesOf(rungs.filter(isWritten));
  return { fragments, bytes, diskBytes: bytes + encoded };
}

/** The plan's grid in words, such as "29.97 fps, a key frame every 60 frames (2.002 s)". */
export function describeGrid(grid: FragmentGrid): string {
  const { frameRate, gopFrames, cuts } = grid;
  const seconds = Math.round((gopFrames / ratio(frameRate)) * 1000) / 1000;
  const rate = `${rateText(frameRate)} fps`;
  return cuts === undefined
    ? `${rate}, a key frame every ${gopFrames} frames (${seconds} s)`
    : `${rate}, at key frames of the source, at most ${gopFrames} frames (${seconds} s) apart`;
}
