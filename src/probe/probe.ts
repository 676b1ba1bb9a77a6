import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { PackError, messageOf } from "../errors.js";
import type { Tools } from "../tools/find.js";
import { lastLines, runTool } from "../tools/run.js";
import {
  rationalOf,
  type FfprobePacket,
  type FfprobeReport,
} from "./ffprobe-json.js";
import { measureFrameTiming } from "./frame-timing.js";
import type { SourceInfo } from "./source-info.js";
import { describeSource } from "./streams.js";

/**
 * Asks ffprobe what a file is.
 *
 * @throws PackError `input` when the file is missing, is no media, or has neither picture nor sound
 */
export async function probe(
  input: string,
  tools: Tools,
  signal?: AbortSignal,
): Promise<SourceInfo> {
  const path = resolve(input);
  const sizeBytes = await sizeOf(path, input);
  const ask = (...options: string[]) =>
    askFfprobe(options, path, input, tools, signal);
  const report = await ask("-show_format", "-show_streams");
  const source = describeSource(report, path, sizeBytes);
  if (source.video === undefined) return source;
  const { packets = [] } = await ask(
    ...["-select_streams", String(source.video.index)],
    ...["-show_entries", "packet=pts"],
    ...["-read_intervals", `%+#${TIMED_FRAMES}`],
  );
  return withFrameTiming(source, report, packets);
}

/** Frames that are looked at to learn how far apart they are: ten seconds at 30 a second. */
const TIMED_FRAMES = 300;

function withFrameTiming(
  source: SourceInfo,
  report: FfprobeReport,
  packets: readonly FfprobePacket[],
): SourceInfo {
  const { video } = source;
  const stream = report.streams?.find(({ index }) => index === video?.index);
  const timeBase = rationalOf(stream?.time_base);
  if (video === undefined || timeBase === undefined) return source;
  const times = packets.flatMap(({ pts }) => (pts === undefined ? [] : [pts]));
  const frameTiming = measureFrameTiming(times, timeBase);
  return frameTiming ? { ...source, video: { ...video, frameTiming } } : source;
}

async function sizeOf(path: string, input: string): Promise<number> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new PackError(
      "input",
      `${input}: cannot be read (${messageOf(cause)}).`,
      { cause },
    );
  });
  if (!stats.isFile()) throw new PackError("input", `${input}: is not a file.`);
  if (stats.size === 0)
    throw new PackError("input", `${input}: is empty (0 bytes).`);
  return stats.size;
}

async function askFfprobe(
  options: readonly string[],
  path: string,
  input: string,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<FfprobeReport> {
  // An absolute path: a bare "a:b.mp4" would be taken for a protocol.
  const args = ["-v", "error", "-of", "json", ...options, path];
  const result = await runTool(tools.ffprobe.path, args, {
    signal,
    keepStdout: true,
  });
  if (result.exitCode !== 0) {
    throw new PackError(
      "input",
      `${input}: is not a media file that ffprobe can read (${lastLines(result.stderr, 1).replace(`${path}: `, "")}).`,
      {
        hint: "Check that the file is complete and plays in a media player.",
        facts: { file: path },
      },
    );
  }
  return JSON.parse(result.stdout) as FfprobeReport;
}
