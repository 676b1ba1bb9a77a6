import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { probingOptions } from "../ffmpeg/input-options.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import type { FfprobeReport } from "./ffprobe-json.js";

/** Asks ffprobe about one file. @throws PackError `input` when it cannot read the file */
export type AskFfprobe = (...options: string[]) => Promise<FfprobeReport>;

/** A file to ask about. */
export interface ProbedFile {
  /** Absolute path, or a URL. ffprobe takes a bare "a:b.mp4" for a protocol. */
  readonly path: string;
  /** As the user wrote it, for messages. */
  readonly input: string;
  /** Demuxer that reads it; ffprobe finds it when undefined. */
  readonly demuxer: string | undefined;
}

export function askFfprobeAbout(
  { path, input, demuxer }: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): AskFfprobe {
  return async (...options) => {
    const reading = probingOptions(path, demuxer);
    const args = ["-v", "error", ...reading, "-of", "json", ...options, path];
    const run = await runTool(tools.ffprobe.path, args, {
      signal,
      task: taskOf(tools, input, "input"),
      keepStdout: true,
    });
    const result = requireNotKilled(run, "ffprobe");
    if (result.exitCode !== 0) {
      const words = lastLines(result.stderr, 1).replace(`${path}: `, "");
      throw isForeign(result.stderr)
        ? playlistError(path, input)
        : unreadableError(path, input, words);
    }
    return JSON.parse(result.stdout) as FfprobeReport;
  };
}

/** ffmpeg's words for a demuxer or a protocol that {@link probingOptions} refuses. */
function isForeign(stderr: string): boolean {
  return /not on whitelist/i.test(stderr);
}

function playlistError(path: string, input: string): PackError {
  return new PackError(
    "input",
    `${input}: is a playlist, a script, or of a kind that is not read. Expected a file that holds its media itself.`,
    {
      hint: "Give the media file, or make one first: ffmpeg -i FILE -c copy FILE.mkv",
      facts: { file: path },
    },
  );
}

function unreadableError(
  path: string,
  input: string,
  words: string,
): PackError {
  return new PackError(
    "input",
    `${input}: is not a media file that ffprobe can read (${words}).`,
    {
      hint: "Check that the file is complete and plays in a media player.",
      facts: { file: path },
    },
  );
}
