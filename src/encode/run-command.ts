import { ffmpegArguments, type FfmpegCommand } from "../ffmpeg/command.js";
import { runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import { complaintsIn, lateStreamIn } from "../ffmpeg/stderr.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { commandLine } from "../util/format.js";
import type { EncodeContext, EncodedStep } from "./engine.js";
import { isAboutLeftOut, judgeLateStream, requireGoodRun } from "./judge.js";
import { progressReader } from "./progress.js";

/** A broken hour has many; the first ones are enough. */
const COMPLAINTS_KEPT = 1000;

/**
 * Runs ffmpeg over the source of a plan.
 *
 * @param seconds of film that it encodes, for the progress
 * @throws PackError as {@link requireGoodRun} does
 */
export async function runCommand(
  { source }: EncodePlan,
  command: FfmpegCommand,
  seconds: number,
  { folder, tools, signal, nice, onProgress }: EncodeContext,
): Promise<Omit<EncodedStep, "files">> {
  const args = ffmpegArguments(command);
  const stderrLines: string[] = [];
  const notes: string[] = [];
  const run = await runTool(tools.ffmpeg.path, args, {
    ...{ signal, nice },
    task: watchedTask(tools, source.path, "encode"),
    onLine: progressReader(seconds, (progress) => onProgress?.(progress)),
    onErrorLine: (line) => {
      const late = lateStreamIn(line);
      if (late !== undefined) notes.push(judgeLateStream(late, source));
      if (stderrLines.length < COMPLAINTS_KEPT && !isAboutLeftOut(line, source))
        stderrLines.push(...complaintsIn(line));
    },
  });
  const complaints = await requireGoodRun(run, {
    complaints: stderrLines,
    source: source.path,
    folder,
    command: commandLine(tools.ffmpeg.path, args),
  });
  return { complaints, notes };
}
