import type { Tools } from "../tools/find.js";
import { readingOptions } from "../tools/reading.js";
import { requireNotKilled } from "../tools/killed.js";
import { runTool } from "../tools/run.js";
import { taskOf } from "../tools/task.js";
import { DamageLog, type LostTime } from "./damage-log.js";
import type { SourceInfo } from "./source-info.js";

/**
 * Finds out when a damaged source cannot be decoded: decodes it once more, on
 * one thread, so that ffmpeg's complaints stand between the frames that they
 * are about.
 *
 * @returns the times that are lost or damaged, in order, each stream for itself
 */
export async function findDamage(
  source: SourceInfo,
  tools: Tools,
  signal?: AbortSignal,
): Promise<LostTime[]> {
  const log = new DamageLog(source);
  const { video, audio } = source;
  const args = [
    ...["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"],
    ...["-threads", "1", ...readingOptions(source.path, source.container)],
    ...["-i", source.path],
    ...(video ? ["-map", `0:${video.index}`, "-vf", SHOW_FRAMES] : []),
    ...soundsOf(source).flatMap((index) => ["-map", `0:${index}`]),
    ...(audio ? ["-af", "ashowinfo"] : []),
    ...["-f", "null", "-"],
  ];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: taskOf(tools, source.path, "input"),
    onErrorLine: (line) => log.read(line),
  });
  requireNotKilled(run, "ffmpeg");
  return log.end();
}

/** Each of those that are joined to one. */
function soundsOf({ audio }: SourceInfo): readonly number[] {
  return audio === undefined ? [] : (audio.joined ?? [audio.index]);
}

/** showinfo sums up every pixel: let there be few. */
const SHOW_FRAMES = "scale=16:16:flags=neighbor,showinfo";
