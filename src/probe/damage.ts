import type { TrackKind } from "../media/track.js";
import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { clockFilters, clockOptions } from "../media/clock-filters.js";
import { DamageLog, type LostTime } from "./damage-log.js";
import { withoutEdges } from "./edges.js";
import type { SourceInfo } from "./source-info.js";

export interface Damage {
  readonly lost: readonly LostTime[];
  readonly notes: readonly string[];
  /** ffmpeg complained this time too. */
  readonly isConfirmed: boolean;
}

/**
 * Finds out when a damaged source cannot be decoded: decodes it once more, on
 * one thread, so that ffmpeg's complaints stand between the frames that they
 * are about.
 *
 * @returns the times that are lost or damaged, in order, each stream for itself, and what is usual for recordings in words
 */
export async function findDamage(
  source: SourceInfo,
  tools: Tools,
  signal?: AbortSignal,
): Promise<Damage> {
  const log = new DamageLog(source);
  const { video, audio, clock } = source;
  const chain = (kind: TrackKind) =>
    [...clockFilters(clock, kind), SHOW_FRAMES[kind]].join(",");
  const args = [
    ...["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"],
    ...["-threads", "1", ...clockOptions(clock)],
    // Filters remember times: they are not to be built anew for a part of another size.
    ...["-reinit_filter", "0"],
    ...readingOptions(source.path, source.container),
    ...["-i", source.path],
    ...(video ? ["-map", `0:${video.index}`, "-vf", chain("video")] : []),
    ...soundsOf(source).flatMap((index) => ["-map", `0:${index}`]),
    ...(audio ? ["-af", chain("audio")] : []),
    ...["-f", "null", "-"],
  ];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: taskOf(tools, source.path, "input"),
    onErrorLine: (line) => log.read(line),
  });
  requireNotKilled(run, "ffmpeg");
  return {
    ...withoutEdges(log.end(), source),
    isConfirmed: log.complaints > 0,
  };
}

/** Each of those that are joined to one. */
function soundsOf({ audio }: SourceInfo): readonly number[] {
  return audio === undefined ? [] : (audio.joined ?? [audio.index]);
}

/** showinfo sums up every pixel: let there be few. */
const SHOW_FRAMES = {
  video: "scale=16:16:flags=neighbor,showinfo",
  audio: "ashowinfo",
} as const;
