import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { PackError, messageOf } from "../errors.js";
import type { Tools } from "../tools/find.js";
import { lastLines, runTool } from "../tools/run.js";
import type { FfprobeReport } from "./ffprobe-json.js";
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
  const report = await askFfprobe(path, input, tools, signal);
  return describeSource(report, path, sizeBytes);
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
  path: string,
  input: string,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<FfprobeReport> {
  // An absolute path: a bare "a:b.mp4" would be taken for a protocol.
  const args = [
    "-v",
    "error",
    "-of",
    "json",
    "-show_format",
    "-show_streams",
    path,
  ];
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
