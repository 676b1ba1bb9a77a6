import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import type { ProbedFile } from "./ask-ffprobe.js";
import {
  numberOr,
  rationalOf,
  type FfprobeReport,
  type FfprobeStream,
} from "./ffprobe-json.js";

/**
 * The report with lengths where the file tells none: recordings of browsers,
 * piped Matroska, bare streams. The whole file is read once, not decoded. A
 * still picture lasts one frame.
 */
export async function withLength(
  report: FfprobeReport,
  file: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<FfprobeReport> {
  if (tellsLength(report)) return report;
  const streams: FfprobeStream[] = [];
  for (const stream of report.streams ?? []) {
    const seconds = await lengthOf(stream, report, file, tools, signal);
    streams.push(
      seconds > 0 ? { ...stream, duration: String(seconds) } : stream,
    );
  }
  const longest = Math.max(
    0,
    ...streams.map(({ duration }) => numberOr(duration, 0)),
  );
  if (longest === 0) return report;
  return { format: { ...report.format, duration: String(longest) }, streams };
}

/** Bare sound has no header: ffprobe guesses its length from the size and the bitrate. */
const GUESSED = ["aac", "loas", "ac3", "eac3", "dts", "amr", "mp3"];

function tellsLength({ format }: FfprobeReport): boolean {
  return (
    numberOr(format?.duration, 0) > 0 &&
    !GUESSED.includes(format?.format_name ?? "")
  );
}

async function lengthOf(
  stream: FfprobeStream,
  { format }: FfprobeReport,
  file: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (!["video", "audio"].includes(stream.codec_type ?? "")) return 0;
  const rate =
    rationalOf(stream.avg_frame_rate) ?? rationalOf(stream.r_frame_rate);
  const frame = rate === undefined ? 0 : rate.den / rate.num;
  if (isStill(file)) return frame;
  const demuxer = format?.format_name ?? "";
  let lastSeconds = 0;
  const args = [
    ...["-nostdin", "-v", "error", ...readingOptions(file.path, demuxer)],
    ...["-i", file.path, "-map", `0:${stream.index}`, "-c", "copy"],
    ...["-progress", "pipe:1", "-f", "null", "-"],
  ];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: watchedTask(tools, file.input, "input"),
    onLine: (line) => {
      const time = /^out_time_us=(\d+)/.exec(line)?.[1];
      if (time !== undefined) lastSeconds = Number(time) / 1e6;
    },
  });
  requireNotKilled(run, "ffmpeg");
  return lastSeconds === 0 ? 0 : lastSeconds + frame;
}

function isStill({ demuxer }: ProbedFile): boolean {
  return demuxer?.endsWith("_pipe") ?? false;
}
